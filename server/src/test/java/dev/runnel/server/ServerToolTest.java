package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.transfer.Importer;
import dev.runnel.server.log.HiddenEvent;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.tool.ServerTool;
import dev.runnel.server.tool.ToolException;
import dev.runnel.server.tool.ToolResult;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static dev.runnel.server.options.ServerOptions.IGNORE_UNSUPPORTED_TOOLS;
import static dev.runnel.server.options.ServerOptions.MAX_MESSAGE;
import static dev.runnel.server.options.ServerOptions.MAX_ROUNDS;
import static dev.runnel.server.options.ServerOptions.RUN_LIFETIME;
import static org.assertj.core.api.Assertions.assertThat;

/** Tools that the server itself executes inside a run: how their calls are shown, mixed, ended, tried again and limited. */
@Timeout(120)
class ServerToolTest {
    private static final String TOOLS = """
            {"model":"m","tools":[{"type":"code_interpreter"},{"type":"file_search"},
            {"type":"function","function":{"name":"weather"}}]}""";
    private static final ToolCall CODE = ToolCall.of("call_1", "python", "{\"code\":", "6}");

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // each test starts its own
    private TestServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    private void start(UnaryOperator<ServerOptions> changes, ServerTool... tools) {
        server = TestServer.startWithTools(
                folder, options -> changes.apply(options).with(IGNORE_UNSUPPORTED_TOOLS, true), tools);
    }

    private void start(ServerTool... tools) {
        start(options -> options, tools);
    }

    private EventReader stream() {
        return server.run(server.newAssistant(TOOLS), server.newThread());
    }

    private List<Event> run() {
        try (EventReader reader = stream()) {
            return reader.rest();
        }
    }

    private JsonNode asked(int index) throws InterruptedException {
        return server.models().awaitRequest(index, TestServer.PATIENCE).json();
    }

    private static List<String> deltas(List<Event> events) {
        return events.stream().filter(event -> event.name().equals("thread.run.step.delta"))
                .map(event -> event.json().at("/delta/step_details/tool_calls/0").toString())
                .toList();
    }

    /** The sequence of the hosted service's code interpreter. */
    @Test
    void aCallIsShownAsItComesItsOutputAtOnceAndTheModelIsAskedAgain() throws Exception {
        start(ScriptedTool.python((call, context) -> {
            context.tell(new HiddenEvent("tool.progress", JsonValue.of("half way")));
            context.show(JsonValue.parse("{\"outputs\":[{\"index\":0,\"type\":\"logs\",\"logs\":\"42\"}]}"));
            return ToolResult.of("It printed " + call.arguments());
        }));
        server.models().enqueue(Script.toolCalls(CODE).usage(20, 5), Script.chat("Done").usage(30, 1));

        List<Event> events = run();

        assertThat(names(events)).containsExactly(
                "thread.run.created", "thread.run.queued", "thread.run.in_progress",
                "thread.run.step.created", "thread.run.step.in_progress",
                "thread.run.step.delta", "thread.run.step.delta", "thread.run.step.delta", "thread.run.step.delta",
                "thread.run.step.completed",
                "thread.run.step.created", "thread.run.step.in_progress", "thread.message.created",
                "thread.message.in_progress", "thread.message.delta", "thread.message.completed",
                "thread.run.step.completed", "thread.run.completed", "done");
        assertThat(events.stream().filter(event -> !event.name().equals("done")).map(Event::seq)).isSorted()
                .doesNotHaveDuplicates().last().isEqualTo(18L);
        assertThat(deltas(events)).containsExactly(
                "{\"index\":0,\"id\":\"call_1\",\"type\":\"code_interpreter\","
                        + "\"code_interpreter\":{\"input\":\"\",\"outputs\":[]}}",
                "{\"index\":0,\"type\":\"code_interpreter\",\"code_interpreter\":{\"input\":\"{\\\"code\\\":\"}}",
                "{\"index\":0,\"type\":\"code_interpreter\",\"code_interpreter\":{\"input\":\"6}\"}}",
                "{\"index\":0,\"type\":\"code_interpreter\",\"code_interpreter\":{\"outputs\":"
                        + "[{\"index\":0,\"type\":\"logs\",\"logs\":\"42\"}]}}");
        JsonNode step = events.get(9).json();
        assertThat(step.at("/step_details/tool_calls/0/code_interpreter/input").asText()).isEqualTo("{\"code\":6}");
        assertThat(step.at("/step_details/tool_calls/0/code_interpreter/outputs/0/logs").asText()).isEqualTo("42");
        assertThat(step.at("/usage/total_tokens").asInt()).isEqualTo(25);
        assertThat(only(events, "thread.run.completed").json().at("/usage/total_tokens").asInt()).isEqualTo(56);
        assertThat(server.get(TestServer.runPath(events) + "/steps/" + step.path("id").asText()).ok()).isEqualTo(step);

        assertThat(asked(0).at("/tools")).extracting(tool -> tool.at("/function/name").asText())
                .containsExactly("python", "file_search", "weather");
        JsonNode messages = asked(1).path("messages");
        assertThat(messages.get(1).at("/tool_calls/0/function/name").asText()).isEqualTo("python");
        assertThat(messages.get(2).path("content").asText()).startsWith("It printed ");
        assertThat(messages.get(2).path("tool_call_id").asText()).isEqualTo("call_1");
    }

    @Test
    void ofAMixedReplyTheServersCallsGoFirstAndTheCallersAreRequired() throws Exception {
        start(ScriptedTool.search((call, context) -> ToolResult.of("found it",
                JsonValue.parse("{\"results\":[{\"file_id\":\"file-1\",\"file_name\":\"a\",\"score\":0.5}]}"))));
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{}"), ToolCall.of("call_2", "search", "{}")),
                Script.chat("Done"));

        List<Event> events = run();
        JsonNode waiting = only(events, "thread.run.requires_action").json();
        String run = TestServer.runPath(events);
        server.restart(); // what the server's call came to must be kept
        try (EventReader reader = server.stream(run + "/submit_tool_outputs",
                "{\"tool_outputs\":[{\"tool_call_id\":\"call_1\",\"output\":\"rain\"}],\"stream\":true}")) {
            List<Event> more = reader.rest();
            assertThat(more.getFirst().json().at("/step_details/tool_calls/0/function/output").asText())
                    .isEqualTo("rain");
            assertThat(more.getFirst().json().at("/step_details/tool_calls/1/file_search/results/0/file_name").asText())
                    .isEqualTo("a");
            assertThat(names(more)).endsWith("thread.run.completed", "done");
        }

        assertThat(waiting.at("/required_action/submit_tool_outputs/tool_calls")).singleElement()
                .satisfies(call -> assertThat(call.path("id").asText()).isEqualTo("call_1"));
        JsonNode messages = asked(1).path("messages");
        assertThat(messages.get(1).path("tool_calls")).hasSize(2);
        assertThat(messages.get(2).path("content").asText()).isEqualTo("rain");
        assertThat(messages.get(3).path("content").asText()).isEqualTo("found it");
    }

    @Test
    void parallelCallsAreOfOneStepAndCarriedOutInTheirOrder() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        start(ScriptedTool.python((call, context) -> {
            order.add(call.id());
            context.show(JsonValue.parse("{\"outputs\":[{\"index\":0,\"type\":\"logs\",\"logs\":\"x\"}]}"));
            return ToolResult.of(call.id());
        }));
        server.models().enqueue(
                Script.toolCalls(CODE, ToolCall.of("call_2", "python", "{}")), Script.chat("Done"));

        List<Event> events = run();

        assertThat(order).containsExactly("call_1", "call_2");
        assertThat(names(events)).containsOnlyOnce("thread.run.completed");
        List<Event> completed = events.stream()
                .filter(event -> event.name().equals("thread.run.step.completed")).toList();
        assertThat(completed.getFirst().json().at("/step_details/tool_calls")).hasSize(2)
                .allSatisfy(call -> assertThat(call.at("/code_interpreter/outputs")).hasSize(1));
        assertThat(asked(1).path("messages")).hasSize(4);
    }

    @Test
    void aCancelledRunEndsItsToolAndClosesWhatItHolds() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        start(ScriptedTool.python((call, context) -> {
            AutoCloseable held = context.closeAtEnd(closed::countDown);
            context.show(JsonValue.parse("{\"outputs\":[{\"index\":0,\"type\":\"logs\",\"logs\":\"on\"}]}"));
            return held == null ? ToolResult.of("") : ScriptedTool.never();
        }));
        server.models().enqueue(Script.toolCalls(CODE).usage(20, 5));

        try (EventReader reader = stream()) {
            List<Event> begun = reader.until(event -> event.json().toString().contains("logs"));
            assertThat(server.post(TestServer.runPath(begun) + "/cancel", "").status()).isEqualTo(200);
            List<Event> rest = reader.rest();

            assertThat(names(rest)).containsExactly(
                    "thread.run.cancelling", "thread.run.step.cancelled", "thread.run.cancelled", "done");
            assertThat(only(rest, "thread.run.cancelled").json().at("/usage/total_tokens").asInt()).isEqualTo(25);
        }
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aRunExpiresThoughItsToolWouldGoOn() {
        start(options -> options.with(RUN_LIFETIME, Duration.ofSeconds(1)),
                ScriptedTool.python((call, context) -> ScriptedTool.never()));
        server.models().enqueue(Script.toolCalls(CODE));

        assertThat(names(run())).endsWith("thread.run.step.expired", "thread.run.expired", "done");
    }

    @Test
    void afterACrashInTheMiddleOfACallItsStepIsTriedAgain() throws Exception {
        String assistant = """
                {"id":"asst_saved","object":"assistant","created_at":1,"name":null,"description":null,"model":"m",\
                "instructions":null,"tools":[{"type":"code_interpreter"}],"tool_resources":{},"metadata":{},"top_p":1.0,\
                "temperature":1.0,"response_format":"auto"}
                """;
        Importer.read(TestDatabases.url(folder), Project.DEFAULT, false,
                new ByteArrayInputStream(assistant.getBytes(StandardCharsets.UTF_8)), InstantSource.system());
        server = TestServer.startProcessWithTools(folder,
                ScriptedTool.python((call, context) -> ToolResult.of("42")));
        server.models().enqueue(Script.toolCalls(CODE));
        String run;
        try (EventReader reader = server.run("asst_saved", server.newThread())) {
            run = TestServer.runPath(reader.until(event -> event.json().toString().contains("\"input\":\"6}\"")));
        }
        server.kill();
        server.models().enqueue(Script.toolCalls(CODE), Script.chat("Done"));
        server.restart();

        try (EventReader reader = server.attach(run + "?stream=true")) {
            List<Event> events = reader.rest();
            assertThat(names(events)).endsWith("thread.run.completed", "done")
                    .containsOnlyOnce("thread.run.step.failed");
        }
        JsonNode steps = server.get(run + "/steps?order=asc").ok().path("data");
        assertThat(steps).extracting(step -> step.path("type").asText() + " " + step.path("status").asText())
                .containsExactly("tool_calls failed", "tool_calls completed", "message_creation completed");
        assertThat(asked(2).path("messages")).hasSize(3);
    }

    @Test
    void aToolThatSaysTooMuchOrTooOftenFailsItsRun() {
        start(options -> options.with(MAX_ROUNDS, 2).with(MAX_MESSAGE, 1_000),
                ScriptedTool.python((call, context) -> ToolResult.of("x".repeat(
                        call.arguments().contains("code") ? 1_001 : 1))));
        server.models().enqueue(Script.toolCalls(CODE));
        assertThat(error(run())).contains("1000 characters", "limit");

        server.models().answer(request -> Script.toolCalls(ToolCall.of("call_1", "python", "{}")));
        assertThat(error(run())).contains("2 rounds", "limit");
    }

    @Test
    void aToolsFaultIsToldInItsWords() {
        start(ScriptedTool.python((call, context) -> {
            throw new ToolException("The sandbox is gone.");
        }));
        server.models().enqueue(Script.toolCalls(CODE));

        List<Event> events = run();

        assertThat(names(events)).endsWith("thread.run.step.failed", "thread.run.failed", "done");
        assertThat(error(events)).isEqualTo("The sandbox is gone.");
    }

    private static String error(List<Event> events) {
        return only(events, "thread.run.failed").json().at("/last_error/message").asText();
    }
}
