package dev.runnel.client;

import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatUsage;
import dev.runnel.protocol.chat.ToolCallSlots;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import dev.runnel.testkit.ToolCall;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.LONG;
import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.Fixture.take;
import static dev.runnel.client.Fixture.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Chat completions over a real connection. */
@Timeout(180)
class ChatStreamTest {
    private static final String CHUNK = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}]}";

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).build();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void aStreamGivesEachPieceAndFoldsToTheWhole() {
        server.enqueue(Script.chatWithUsage(7, 2, "Hel", "lo"));
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThat(texts(stream)).containsExactly("Hel", "lo");
            ChatCompletion completion = stream.completion();
            assertThat(completion.text()).isEqualTo("Hello");
            assertThat(completion.model()).isEqualTo("m");
            assertThat(completion.choices().get(0).finishReason()).isEqualTo("stop");
            assertThat(completion.usage()).isEqualTo(new ChatUsage(7, 2, 9, 0, 0));
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void aWholeCompletionIsTheSameAsTheStreamed() {
        server.enqueue(Script.chatWithUsage(7, 2, "Hel", "lo"));
        ChatCompletion completion = client.chat().create(HI);
        assertThat(completion.text()).isEqualTo("Hello");
        assertThat(completion.choices().get(0).finishReason()).isEqualTo("stop");
        assertThat(completion.usage()).isEqualTo(new ChatUsage(7, 2, 9, 0, 0));
        assertThat(server.requests().get(0).json().path("stream").asBoolean(true)).isFalse();
        assertThat(server.requests().get(0).json().has("stream_options")).isFalse();
    }

    @Test
    void toolCallsAreMadeOfTheirFragments() {
        Script script = Script.toolCalls(ToolCall.of("c1", "f", "{\"a\"", ":1}"), ToolCall.of("c2", "g", "{}"));
        server.enqueue(script, script);
        try (ChatStream stream = client.chat().stream(HI)) {
            stream.forEach(chunk -> {});
            assertThat(stream.completion().choices().get(0).toolCalls()).containsExactly(
                    new ToolCallSlots.ToolCall("c1", "f", "{\"a\":1}", null),
                    new ToolCallSlots.ToolCall("c2", "g", "{}", null));
            assertThat(client.chat().create(HI).choices()).isEqualTo(stream.completion().choices());
        }
    }

    @Test
    void anUnfoldedStreamHandsOutTheSameAndKeepsNothing() {
        server.enqueue(Script.chat("Hel", "lo"));
        try (ChatStream stream = client.chat().stream(HI).unfolded()) {
            assertThatThrownBy(stream::finalCompletion).isInstanceOf(IllegalStateException.class);
            assertThat(texts(stream)).containsExactly("Hel", "lo");
            assertThatThrownBy(stream::completion).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("unfolded");
        }
    }

    @Test
    void aChunkIsHandedOutBeforeTheNextIsWritten() {
        Gate gate = new Gate();
        server.enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        try (ChatStream stream = client.chat().stream(HI)) {
            take(stream); // the role
            assertThat(take(stream).text()).isEqualTo("Hel");
            gate.open();
            assertThat(texts(stream)).containsExactly("lo");
        }
    }

    @Test
    void theStreamIsHandedOverBeforeAnythingOfItsBodyIsThere() {
        Gate gate = new Gate();
        server.enqueue(Script.sse().gate(gate).data(CHUNK.formatted("a")).done());
        try (ChatStream stream = client.chat().stream(HI)) {
            gate.open();
            assertThat(texts(stream)).containsExactly("a");
        }
    }

    @Test
    void theRequestSaysWhatItWants() {
        try (ChatStream stream = client.chat().stream(HI)) {
            texts(stream);
        }
        RecordedRequest request = server.requests().get(0);
        assertThat(request.path()).isEqualTo("/v1/chat/completions");
        assertThat(request.headers()).containsEntry("Authorization", "Bearer sk-test")
                .doesNotContainKey("OpenAI-Beta").containsEntry("Accept", "text/event-stream")
                .containsEntry("Content-Type", "application/json");
        assertThat(request.headers().get("User-Agent")).startsWith("runnel-java/");
        assertThat(request.json().path("stream").asBoolean()).isTrue();
        assertThat(request.json().at("/stream_options/include_usage").asBoolean()).isTrue();
        assertThat(request.json().at("/messages/0/content").asText()).isEqualTo("Hi");
    }

    @Test
    void withoutAKeyNoneIsSentAndASlashBehindTheBaseUrlIsNoHarm() {
        try (RunnelClient keyless = clientOf(server).apiKey(" ").baseUrl(server.baseUri() + "/").build()) {
            keyless.chat().create(HI);
        }
        assertThat(server.requests().get(0).headers()).doesNotContainKey("Authorization")
                .containsEntry("Accept", "application/json");
        assertThat(server.requests().get(0).path()).isEqualTo("/v1/chat/completions");
    }

    @Test
    void itDoesNotMatterHowTheNetworkCutsTheStream() {
        server.enqueue(Script.chat("Grüße", " 🙂", "!").pieces(1).crlf(),
                Script.chat("Grüße", " 🙂", "!").closeDelimited());
        for (int i = 0; i < 2; i++) {
            try (ChatStream stream = client.chat().stream(HI)) {
                assertThat(texts(stream)).containsExactly("Grüße", " 🙂", "!");
            }
        }
    }

    @Test
    void theStreamEndsAtDoneThoughTheServerKeepsTheSocketOpen() throws InterruptedException {
        server.enqueue(Script.chat("a").keepSocketOpen());
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThat(texts(stream)).containsExactly("a");
            assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
        }
    }

    @Test
    void theEndOfTheBodyWillDoOnceAFinishReasonWasSeen() {
        server.enqueue(Script.reply("a").finishReason("length"));
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThat(texts(stream)).containsExactly("a");
            assertThat(stream.completion().choices().get(0).finishReason()).isEqualTo("length");
        }
    }

    @Test
    void doneMayLackItsBlankLine() {
        server.enqueue(Script.sse().data(CHUNK.formatted("a")).raw("data: [DONE]"));
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThat(texts(stream)).containsExactly("a");
        }
    }

    @Test
    void theEndOfTheBodyWithoutDoneOrAFinishReasonIsABreak() {
        server.enqueue(Script.reply("a"));
        try (ChatStream stream = client.chat().stream(HI)) {
            take(stream);
            assertThat(take(stream).text()).isEqualTo("a");
            BrokenStreamException broken = catchThrowableOfType(BrokenStreamException.class, stream::next);
            assertThat(broken).hasMessageContaining("after 2 events").hasMessageContaining("[DONE]");
            assertThat(broken.events()).isEqualTo(2);
            assertThat(stream.completion().text()).isEqualTo("a");
        }
    }

    @Test
    void whatArrivedBeforeAConnectionIsCutIsHandedOutBeforeTheError() {
        Script script = Script.sse();
        for (int i = 0; i < 20; i++) {
            script = script.data(CHUNK.formatted(i));
        }
        server.enqueue(script.close());
        try (ChatStream stream = client.chat().stream(HI)) {
            for (int i = 0; i < 20; i++) {
                assertThat(take(stream).text()).isEqualTo(String.valueOf(i));
            }
            BrokenStreamException broken = catchThrowableOfType(BrokenStreamException.class, stream::next);
            assertThat(broken.events()).isEqualTo(20);
            assertThat(broken).hasMessageContaining("after 20 events").hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void aConnectionThatIsResetIsABreak() {
        Gate gate = new Gate();
        server.enqueue(Script.reply("a").gate(gate).reset());
        try (ChatStream stream = client.chat().stream(HI)) {
            take(stream);
            assertThat(take(stream).text()).isEqualTo("a");
            gate.open();
            assertThatThrownBy(stream::next).isInstanceOf(BrokenStreamException.class);
        }
    }

    @Test
    void theIteratorEndsAsTheStreamDoes() {
        server.enqueue(Script.chat("a"), Script.reply("a"));
        try (ChatStream stream = client.chat().stream(HI)) {
            Iterator<?> iterator = stream.iterator();
            while (iterator.hasNext()) {
                assertThat(iterator.next()).isNotNull();
            }
            assertThat(iterator.hasNext()).isFalse();
            assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
        }
        try (ChatStream broken = client.chat().stream(HI)) {
            assertThatThrownBy(() -> texts(broken)).isInstanceOf(BrokenStreamException.class);
        }
    }

    @Test
    void aRawStreamHandsOutTheDataAsItIs() {
        String error = "{\"error\":{\"message\":\"no\"}}";
        server.enqueue(Script.sse().data("{ \"a\" : 1 }").data(error).done().keepSocketOpen());
        try (RawChatStream stream = client.chat().streamRaw("{\"stream\":true}".getBytes(UTF_8))) {
            assertThat(stream.next()).asString().isEqualTo("{ \"a\" : 1 }");
            assertThat(stream.doneSeen()).isFalse();
            assertThat(stream.next()).asString().isEqualTo(error);
            assertThat(stream.next()).isNull();
            assertThat(stream.doneSeen()).isTrue();
            assertThat(stream.next()).isNull();
            assertThat(stream.nextArrived()).isNull();
        }
    }

    @Test
    void whatHasArrivedIsThereWithoutWaiting() {
        server.enqueue(Script.sse().raw("data: 1\n\ndata: 2\n\ndata: 3\n").stall());
        try (RawChatStream stream = client.chat().streamRaw("{}".getBytes(UTF_8))) {
            assertThat(stream.next()).asString().isEqualTo("1");
            assertThat(stream.nextArrived()).asString().isEqualTo("2");
            assertThat(stream.nextArrived()).isNull();
        }
    }

    @Test
    void chunksThatHaveArrivedAreThereWithoutWaitingAndCount() {
        String two = "data: " + CHUNK.formatted("a") + "\n\ndata: " + CHUNK.formatted("b") + "\n\n";
        Gate gate = new Gate();
        server.enqueue(Script.sse().raw(two).gate(gate).raw("data: [DONE]\n\n"));
        try (ChatStream stream = client.chat().stream(HI)) {
            assertThat(stream.nextArrived()).isNull();
            assertThat(take(stream).text()).isEqualTo("a");
            ChatChunk second = stream.nextArrived();
            assertThat(second).isNotNull();
            assertThat(second.text()).isEqualTo("b");
            assertThat(stream.nextArrived()).isNull();
            gate.open();
            assertThat(stream.next()).isNull();
            assertThat(stream.nextArrived()).isNull();
            assertThat(stream.completion().text()).isEqualTo("ab");
        }
    }

    @Test
    void aChunkThatHasArrivedAndCannotBeReadIsAnErrorToo() {
        server.enqueue(Script.sse().raw("data: " + CHUNK.formatted("a") + "\n\ndata: {\n\n").stall());
        try (ChatStream stream = client.chat().stream(HI)) {
            take(stream);
            assertThatThrownBy(stream::nextArrived).isInstanceOf(BrokenStreamException.class)
                    .hasMessageContaining("not readable");
        }
    }
}
