package dev.runnel.server;

import dev.runnel.client.FunctionTool;
import dev.runnel.client.ResponseStream;
import dev.runnel.client.RunOptions;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.Tools;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.responses.ConversationObject;
import dev.runnel.protocol.responses.GrowingResponse;
import dev.runnel.protocol.responses.InputItem;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseIds;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseRequest;
import dev.runnel.protocol.responses.ResponseStatus;
import dev.runnel.protocol.responses.ResponseTools;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.TcpLink;
import dev.runnel.testkit.ToolCall;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The client's responses and conversations on a real server. */
@Timeout(180)
class ClientResponsesTest {
    private static final ToolCall OSLO = ToolCall.of("call_1", "weather", "{\"city\":\"Oslo\"}");
    private static final ResponseRequest REQUEST = ResponseRequest.builder("m", "Hi").build();

    @TempDir
    Path folder;

    private TestServer server;
    private RunnelClient client;

    record Place(String city) {}

    record Weather(int degrees) {}

    private final Tools tools = Tools.of(
            FunctionTool.of("weather", "Current weather", Place.class, place -> "sunny in " + place.city()));
    private final RunOptions options = RunOptions.DEFAULT.withTools(tools);

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
        client = RunnelClient.builder().baseUrl(server.baseUrl()).idempotencyKeys(true).build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private List<ResponseEvent> events(ResponseRequest request) {
        List<ResponseEvent> events = new ArrayList<>();
        try (ResponseStream stream = client.responses().stream(request)) {
            stream.forEach(events::add);
        }
        return events;
    }

    static List<Script> replies() {
        return List.of(
                Script.chat("a", "b", "c"),
                Script.reasoning(List.of("hm", " so"), "a", "b"),
                Script.textThenToolCalls("One moment.", OSLO, ToolCall.of("call_2", "weather", "{}")),
                Script.refusal("I ", "must not."),
                Script.finish("length", "cut o"),
                Script.midStreamError("server_error", "out of memory", "Hel"));
    }

    /** The server's fold of the log and the client's fold of the events are not the same code. */
    @ParameterizedTest
    @MethodSource("replies")
    void theEventsFoldToTheLastOnesResponseAndThatIsWhatIsRead(Script reply) {
        server.models().enqueue(reply);
        List<ResponseEvent> events = events(withFunctions());
        ResponseObject last = ((ResponseEvent.Changed) events.getLast()).response();
        GrowingResponse fold = new GrowingResponse();
        events.subList(0, events.size() - 1).forEach(fold::apply);
        assertThat(fold.output()).isEqualTo(last.output());
        fold.apply(events.getLast());
        assertThat(fold.response()).contains(last);
        assertThat(client.responses().get(last.id())).isEqualTo(last);
    }

    /** A request that names the functions itself, so that the caller gets their calls. */
    private ResponseRequest withFunctions() {
        return REQUEST.toBuilder().tools(tools.definitions().stream()
                .map(Tool.Function.class::cast)
                .map(tool -> ResponseTools.function(tool.function())).toList()).build();
    }

    @Test
    void aStreamGoesOnAfterAnyEvent() {
        server.models().enqueue(Script.chat("a", "b", "c"));
        List<ResponseEvent> all = events(REQUEST);
        String id = ((ResponseEvent.Changed) all.getFirst()).response().id();
        for (int after = -1; after < all.size(); after++) {
            try (ResponseStream stream = client.responses().resume(id, after)) {
                assertThat(stream).containsExactlyElementsOf(all.subList(after + 1, all.size()));
                assertThat(stream.finalResponse().outputText()).isEqualTo("abc");
            }
        }
    }

    @Test
    void aStreamThatIsLeftInTheMiddleIsReadOn() {
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        String id;
        long number;
        try (ResponseStream stream = client.responses().stream(REQUEST)) {
            assertThat(stream.textDeltas().iterator().next()).isEqualTo("Hel");
            id = stream.responseId().orElseThrow();
            number = stream.lastSequenceNumber();
        }
        gate.open();
        try (ResponseStream stream = client.responses().resume(id, number)) {
            assertThat(stream.textDeltas()).containsExactly("lo");
            assertThat(stream.finalResponse().outputText()).isEqualTo("Hello");
        }
    }

    @Test
    void aConnectionThatBreaksIsGotOver() {
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        List<String> text = new ArrayList<>();
        try (TcpLink link = TcpLink.to(URI.create(server.baseUrl()).getPort());
                RunnelClient away = RunnelClient.builder().baseUrl("http://127.0.0.1:" + link.port() + "/v1").build();
                ResponseStream stream = away.responses().stream(REQUEST, RunOptions.DEFAULT.withAutoResume(5))) {
            for (String piece : stream.textDeltas()) {
                text.add(piece);
                if (piece.equals("Hel")) {
                    link.cut();
                    link.restore();
                    gate.open();
                }
            }
            assertThat(stream.finalResponse()).isEqualTo(client.responses().get(stream.responseId().orElseThrow()));
        }
        assertThat(text).containsExactly("Hel", "lo");
        assertThat(server.models().requests()).hasSize(1);
    }

    /** Where the rounds of a response with functions belong. */
    enum Kept {
        CHAINED, CONVERSATION, NOT_STORED
    }

    @ParameterizedTest
    @EnumSource
    void functionsAreAnsweredWhereverTheirResponseIsKept(Kept kept) {
        server.models().enqueue(Script.textThenToolCalls("One moment.", OSLO), Script.chat("Sunny."));
        ResponseRequest.Builder request = ResponseRequest.builder("m", "Weather in Oslo?").instructions("Be brief.");
        if (kept == Kept.CONVERSATION) {
            request.conversation(client.conversations().create(Map.of(), List.of()).id());
        } else if (kept == Kept.NOT_STORED) {
            request.store(false);
        }
        try (ResponseStream stream = client.responses().stream(request.build(), options)) {
            assertThat(String.join("", stream.textDeltas())).isEqualTo("One moment.Sunny.");
            assertThat(stream.finalResponse().status()).isEqualTo(ResponseStatus.COMPLETED);
        }
        assertThat(server.models().requests().get(1).json().path("messages").findValuesAsText("role"))
                .containsExactly("system", "user", "assistant", "tool");
        assertThat(server.models().requests().get(1).json().path("messages").toString())
                .contains("sunny in Oslo", "One moment.", "Be brief.");
    }

    @Test
    void aResumedResponseWithFunctionsGoesOn() {
        server.models().enqueue(Script.toolCalls(OSLO), Script.chat("Sunny."));
        List<ResponseEvent> first = events(withFunctions());
        String id = ((ResponseEvent.Changed) first.getFirst()).response().id();
        try (ResponseStream stream = client.responses().resume(id, first.size() - 1L, options)) {
            assertThat(stream.finalResponse().outputText()).isEqualTo("Sunny.");
        }
    }

    @Test
    void aResponseInTheBackgroundIsAwaitedOrCancelled() {
        server.models().enqueue(Script.chat("Hello"), Script.reply("Hel").stall());
        ResponseObject begun = client.responses().background(REQUEST);
        assertThat(begun.status().terminal()).isFalse();
        assertThat(client.responses().await(begun.id()).outputText()).isEqualTo("Hello");
        try (ResponseStream stream = client.responses().stream(REQUEST.toBuilder().background(true).build())) {
            assertThat(stream.textDeltas().iterator().next()).isEqualTo("Hel");
            stream.cancel();
            assertThat(stream.finalResponse().status()).isEqualTo(ResponseStatus.CANCELLED);
            assertThat(stream.finalResponse().outputText()).isEqualTo("Hel");
        }
    }

    @Test
    void anObjectIsWritten() {
        server.models().enqueue(Script.chat("{\"degrees\": 20}"));
        assertThat(client.responses().create(REQUEST, Weather.class)).isEqualTo(new Weather(20));
        assertThat(server.models().requests().getFirst().json().at("/response_format/json_schema/name").asText())
                .isEqualTo("Weather");
    }

    @Test
    void theInputOfAResponseIsListedAndCounted() {
        server.models().enqueue(Script.chat("Hello"));
        ResponseRequest request = ResponseRequest.builder("m", List.of(
                InputItem.developer("Be brief."), InputItem.user("Hi"))).build();
        ResponseObject response = client.responses().create(request);
        assertThat(client.responses().inputItems(response.id()).oldestFirst().stream()
                .map(item -> ((ResponseItem.Message) item).role())).containsExactly("developer", "user");
        assertThat(client.responses().inputTokens(request)).isGreaterThan(4);
        assertThat(client.responses().delete(response.id()).deleted()).isTrue();
    }

    @Test
    void aThreadIsAConversationAndARunAResponse() {
        server.models().enqueue(Script.chat("Hello"), Script.chat("Sunny."));
        String assistant = client.assistants().create(
                AssistantRequest.builder("m").build()).id();
        Run run = client.runs().createWithThread(RunRequest.builder(assistant)
                .thread(ThreadRequest.of(MessageRequest.user("Hi"))).build());
        client.runs().await(run.threadId(), run.id());
        assertThat(client.responses().get(run.id()).outputText()).isEqualTo("Hello");
        try (ResponseStream stream = client.responses().resume(run.id(), -1)) {
            assertThat(stream.textDeltas()).containsExactly("Hello");
        }
        String conversation = ResponseIds.conversation(run.threadId());
        ResponseObject next = client.responses().create(
                ResponseRequest.ofAssistant(assistant, "And tomorrow?").conversation(run.threadId()).build());
        assertThat(next.conversation()).isEqualTo(new ResponseObject.ConversationReference(conversation));
        assertThat(client.conversations().items(conversation).oldestFirst().stream()
                .map(item -> ((ResponseItem.Message) item).content().getFirst().get("text").text()))
                .containsExactly("Hi", "Hello", "And tomorrow?", "Sunny.");
    }

    @Test
    void aConversationIsChangedItemByItem() {
        ConversationObject made = client.conversations().create(Map.of("a", "b"), List.of(InputItem.user("Hi")));
        assertThat(client.conversations().get(made.id())).isEqualTo(made);
        assertThat(client.conversations().modify(made.id(), Map.of("c", "d")).metadata()).isEqualTo(Map.of("c", "d"));
        ResponseItem added = client.conversations()
                .addItems(made.id(), List.of(InputItem.message("assistant", "Hello"))).getFirst();
        assertThat(client.conversations().item(made.id(), added.id())).isEqualTo(added);
        assertThat(client.conversations().items(made.id()).pagesOf(1)).hasSize(2);
        assertThat(client.conversations().deleteItem(made.id(), added.id()).id()).isEqualTo(made.id());
        assertThat(client.conversations().items(made.id())).hasSize(1);
        assertThat(client.conversations().delete(made.id()).deleted()).isTrue();
    }
}
