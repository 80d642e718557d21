package dev.runnel.client;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import dev.runnel.testkit.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.client.Fixture.HI;
import static dev.runnel.client.Fixture.LONG;
import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.Fixture.consumed;
import static dev.runnel.client.Fixture.take;
import static dev.runnel.client.Fixture.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Chat completions whose functions are called by the client. */
@Timeout(20)
class ChatToolsTest {
    private static final Script BOTH = Script.textThenToolCalls("I look. ",
            ToolCall.of("call_a", "weather", "{\"city\":\"Bonn\"}"),
            ToolCall.of("call_b", "weather", "{\"city\":\"Rom\"}"));

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).maxRetries(0).build();
    private final List<String> called = new ArrayList<>();

    record Place(String city) {}

    record Weather(String sky) {}

    private final Tools tools = Tools.of(FunctionTool.of("weather", "Current weather", Place.class, place -> {
        called.add(place.city());
        return new Weather("blue");
    }));
    private final ChatOptions options = ChatOptions.DEFAULT.withTools(tools);

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    /** Ways to have a whole conversation. */
    enum Way {
        STREAMED, STREAMED_ASYNC, WHOLE, WHOLE_ASYNC
    }

    private ChatConversation<ChatCompletion> conversation(Way way, ChatRequest request) throws Exception {
        return switch (way) {
            case STREAMED -> {
                try (ChatStream stream = client.chat().stream(request, options)) {
                    ChatCompletion last = stream.finalCompletion();
                    yield new ChatConversation<>(last, stream.messages());
                }
            }
            case STREAMED_ASYNC -> client.chat().streamAsync(request, options, chunk -> {}).get(10, TimeUnit.SECONDS);
            case WHOLE -> client.chat().create(request, options);
            case WHOLE_ASYNC -> client.chat().createAsync(request, options).get(10, TimeUnit.SECONDS);
        };
    }

    @ParameterizedTest
    @EnumSource
    void functionsAreCalledUntilTheModelReplies(Way way) throws Exception {
        server.enqueue(BOTH, Script.toolCalls(ToolCall.of("call_c", "weather", "{\"city\":\"Ulm\"}")),
                Script.chat("Blue", " all over."));
        ChatConversation<ChatCompletion> whole = conversation(way, HI);
        assertThat(whole.reply().text()).isEqualTo("Blue all over.");
        assertThat(called).containsExactly("Bonn", "Rom", "Ulm");
        assertThat(whole.messages()).extracting(ChatMessage::role)
                .containsExactly("user", "assistant", "tool", "tool", "assistant", "tool", "assistant");
        assertThat(whole.messages().get(1).text()).isEqualTo("I look. ");
        assertThat(whole.messages().get(6)).isEqualTo(ChatMessage.assistant("Blue all over."));
        assertThat(server.requests().get(2).json().path("messages").toString()).isEqualTo("""
                [{"role":"user","content":"Hi"},\
                {"role":"assistant","content":"I look. ","tool_calls":[\
                {"id":"call_a","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Bonn\\"}"}},\
                {"id":"call_b","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Rom\\"}"}}]},\
                {"role":"tool","content":"{\\"sky\\":\\"blue\\"}","tool_call_id":"call_a"},\
                {"role":"tool","content":"{\\"sky\\":\\"blue\\"}","tool_call_id":"call_b"},\
                {"role":"assistant","content":null,"tool_calls":[\
                {"id":"call_c","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Ulm\\"}"}}]},\
                {"role":"tool","content":"{\\"sky\\":\\"blue\\"}","tool_call_id":"call_c"}]""");
        assertThat(server.requests().get(0).json().at("/tools/0/function/name").asText()).isEqualTo("weather");
    }

    @Test
    void theTextOfAllRepliesIsOneStream() throws Exception {
        server.enqueue(BOTH, Script.chat("Blue."), BOTH, Script.chat("Blue."));
        try (ChatStream stream = client.chat().stream(HI, options)) {
            assertThat(texts(stream)).containsExactly("I look. ", "Blue.");
            assertThat(stream.next()).isNull();
        }
        StringBuilder text = new StringBuilder();
        assertThat(consumed(client.chat().publish(HI, options), chunk -> text.append(chunk.text())))
                .isEqualTo("complete");
        assertThat(text.toString()).isEqualTo("I look. Blue.");
    }

    @Test
    void theReplyMayBeAnObject() {
        server.enqueue(BOTH, Script.chat("{\"sky\":\"green\"}"));
        ChatConversation<Weather> whole = client.chat().create(HI, Weather.class, options);
        assertThat(whole.reply()).isEqualTo(new Weather("green"));
        assertThat(whole.messages()).hasSize(5);
        assertThat(server.requests().get(1).json().at("/response_format/json_schema/name").asText())
                .isEqualTo("Weather");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void afterSoManyRoundsTheReplyThatCallsIsTheLast(int rounds) {
        server.answer(request -> BOTH);
        ChatOptions few = options.withMaxToolRounds(rounds);
        try (ChatStream stream = client.chat().stream(HI, few)) {
            assertThat(stream.finalCompletion().choices().get(0).toolCalls()).hasSize(2);
            assertThat(stream.messages()).hasSize(2 + 3 * rounds);
        }
        assertThat(server.requests()).hasSize(rounds + 1);
        assertThatThrownBy(() -> client.chat().create(HI, Weather.class, few))
                .isInstanceOf(UnusableReplyException.class)
                .hasMessage("the model calls functions instead of replying");
    }

    @Test
    void withoutFunctionsNoneIsCalled() {
        server.enqueue(BOTH);
        ChatConversation<ChatCompletion> whole = client.chat().create(HI, ChatOptions.DEFAULT);
        assertThat(whole.messages()).hasSize(2);
        assertThat(server.requests().get(0).json().has("tools")).isFalse();
    }

    @Test
    void callsThatWereCutOffAreNotMade() {
        server.enqueue(Script.reply().calls(ToolCall.of("call_a", "weather", "{\"city\":\"Bo")).end("length"));
        assertThat(client.chat().create(HI, options).messages()).hasSize(2);
        assertThat(called).isEmpty();
    }

    @Test
    void aForcedChoiceHoldsForTheFirstRequestOnly() {
        server.enqueue(BOTH, Script.chat("Blue."));
        ChatRequest forced = ChatRequest.builder("m", HI.messages()).toolChoice(JsonValue.of("required")).build();
        client.chat().create(forced, options);
        assertThat(server.requests().get(0).json().path("tool_choice").asText()).isEqualTo("required");
        assertThat(server.requests().get(1).json().has("tool_choice")).isFalse();
    }

    @Test
    void theModelIsToldWhatAFunctionThrowsOrTheReaderIs() {
        IllegalStateException failure = new IllegalStateException("no network");
        ChatOptions failing = ChatOptions.DEFAULT.withTools(throwing(() -> failure));
        server.enqueue(BOTH, Script.chat("Sorry."), BOTH, BOTH);
        ChatConversation<ChatCompletion> whole = client.chat().create(HI, failing);
        assertThat(whole.messages().get(2).text())
                .isEqualTo("The function weather failed: java.lang.IllegalStateException: no network");
        assertThatThrownBy(() -> client.chat().create(HI, failing.withToolFailuresThrown(true))).isSameAs(failure);
        AssertionError worse = new AssertionError("bug");
        assertThatThrownBy(() -> client.chat().create(HI, ChatOptions.DEFAULT.withTools(Tools.of(
                FunctionTool.of("weather", "", Place.class, place -> {
                    throw worse;
                }))))).isSameAs(worse);
    }

    private static Tools throwing(Supplier<RuntimeException> failure) {
        return Tools.of(FunctionTool.of("weather", "", Place.class, place -> {
            throw failure.get();
        }));
    }

    @Test
    void closingEndsTheStreamInItsSecondReply() throws InterruptedException {
        server.enqueue(BOTH, Script.reply("Blue").stall());
        ChatStream stream = client.chat().stream(HI, options);
        ChatChunk chunk;
        do {
            chunk = take(stream);
        } while (!chunk.text().equals("Blue"));
        Fixture.Waiting reader = new Fixture.Waiting(stream::next);
        stream.close();
        assertThat(reader.thrown()).isInstanceOf(ClosedStreamException.class);
        assertThat(server.requests().get(1).awaitDisconnect(LONG)).isTrue();
    }

    @Test
    void closingWhileAFunctionRunsAsksForNoOtherReply() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CompletableFuture<Void> running = new CompletableFuture<>();
        Tools slow = Tools.of(FunctionTool.of("weather", "", Place.class, place -> {
            running.complete(null);
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return "blue";
        }));
        server.enqueue(BOTH);
        ChatStream stream = client.chat().stream(HI, ChatOptions.DEFAULT.withTools(slow));
        CompletableFuture<ChatCompletion> reader = CompletableFuture.supplyAsync(stream::finalCompletion);
        running.get(10, TimeUnit.SECONDS);
        stream.close();
        gate.countDown();
        assertThatThrownBy(() -> reader.get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ClosedStreamException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void whatCannotBeIsRefused() {
        server.enqueue(BOTH);
        try (ChatStream stream = client.chat().stream(HI, options)) {
            assertThatThrownBy(stream::unfolded).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> options.withMaxToolRounds(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
