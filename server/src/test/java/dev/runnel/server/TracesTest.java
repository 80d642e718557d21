package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.ScriptedCollector.Seen;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.tool.ToolResult;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.IGNORE_UNSUPPORTED_TOOLS;
import static dev.runnel.server.options.ServerOptions.OTLP_ENDPOINT;
import static dev.runnel.server.options.ServerOptions.OTLP_HEADERS;
import static dev.runnel.server.options.ServerOptions.SERVICE_NAME;
import static org.assertj.core.api.Assertions.assertThat;

/** What a collector gets, and what model servers see of it. */
@Timeout(120)
class TracesTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";
    private static final String SAMPLED = "00-" + TRACE + "-" + PARENT + "-01";
    private static final String CHAT = "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"a secret\"}]}";

    @TempDir
    Path folder;

    private final ScriptedCollector collector = new ScriptedCollector();

    @SuppressWarnings("NullAway.Init") // each test starts its own
    private TestServer server;

    @AfterEach
    void stop() {
        server.close();
        collector.close();
    }

    private ServerOptions traced(ServerOptions options) {
        return options.with(OTLP_ENDPOINT, collector.url()).with(OTLP_HEADERS, Map.of("Authorization", "Bearer abc"))
                .with(SERVICE_NAME, "runnel-test");
    }

    private void start() {
        server = TestServer.start(folder, this::traced);
    }

    private RecordedRequest asked(int index) throws InterruptedException {
        return server.models().awaitRequest(index, TestServer.PATIENCE);
    }

    private static List<Seen> named(List<Seen> spans, String name) {
        return spans.stream().filter(span -> span.name().equals(name)).toList();
    }

    /** The first half of the id's SHA-256, as docs/operations.md says. */
    private static String traceOf(String runId) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(runId.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash).substring(0, 32);
    }

    @Test
    void aRunIsATraceOfItsQueuePromptsCallsToolsAndCommitWithoutContent() throws Exception {
        server = TestServer.startWithTools(folder, options -> traced(options).with(IGNORE_UNSUPPORTED_TOOLS, true),
                ScriptedTool.python((call, context) -> ToolResult.of("a secret output")));
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "python", "{\"code\":", "\"a secret\"}")).usage(20, 5),
                Script.chat("a secret answer").usage(30, 7));
        String thread = server.newThread();
        JsonNode run;
        try (EventReader reader = server.run(
                server.newAssistant("{\"model\":\"m\",\"tools\":[{\"type\":\"code_interpreter\"}]}"), thread)) {
            List<Event> events = reader.rest();
            run = events.get(events.size() - 2).json();
        }

        List<Seen> spans = collector.await("invoke_agent", 1);

        assertThat(spans).extracting(Seen::name).containsExactlyInAnyOrder("invoke_agent", "queue", "prompt", "chat m",
                "execute_tool code_interpreter", "prompt", "chat m", "commit");
        Seen root = named(spans, "invoke_agent").getFirst();
        assertThat(root.parent()).isEmpty();
        assertThat(root.attributes()).containsAllEntriesOf(Map.of(
                "gen_ai.operation.name", "invoke_agent", "gen_ai.provider.name", "openai", "gen_ai.request.model", "m",
                "gen_ai.conversation.id", thread, "gen_ai.agent.id", run.path("assistant_id").asText(),
                "runnel.run.id", run.path("id").asText(), "runnel.run.status", "completed",
                "gen_ai.usage.input_tokens", "50", "gen_ai.usage.output_tokens", "12"));
        assertThat(root.attribute("runnel.request.id")).startsWith("req_");
        assertThat(root.resource()).containsEntry("service.name", "runnel-test").containsKey("service.version");
        assertThat(spans).allSatisfy(span -> {
            assertThat(span.trace()).isEqualTo(traceOf(run.path("id").asText()));
            assertThat(span.nanos()).isNotNegative();
            assertThat(span.failed()).isFalse();
        });
        assertThat(spans).filteredOn(span -> !span.equals(root)).extracting(Seen::parent).containsOnly(root.id());
        Seen call = named(spans, "chat m").getLast();
        assertThat(call.kind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(call.attributes()).containsAllEntriesOf(Map.of(
                "gen_ai.operation.name", "chat", "gen_ai.conversation.id", thread, "gen_ai.request.stream", "true",
                "gen_ai.response.finish_reasons", "[stop]", "gen_ai.usage.input_tokens", "30",
                "gen_ai.usage.output_tokens", "7")).containsKey("gen_ai.response.time_to_first_chunk");
        assertThat(named(spans, "execute_tool code_interpreter").getFirst().attributes()).isEqualTo(Map.of(
                "gen_ai.operation.name", "execute_tool", "gen_ai.tool.name", "code_interpreter",
                "gen_ai.tool.call.id", "call_1"));
        assertThat(Stream.of(asked(0), asked(1)).map(request -> request.headers().get("traceparent")))
                .containsExactlyElementsOf(named(spans, "chat m").stream()
                        .map(span -> "00-" + span.trace() + "-" + span.id() + "-01").toList());
        assertThat(collector.bytes()).doesNotContain("secret");
        assertThat(collector.requests()).allSatisfy(request -> {
            assertThat(request.path()).isEqualTo("/otlp/v1/traces");
            assertThat(request.headers()).containsEntry("Authorization", "Bearer abc");
        });
    }

    @Test
    void aRunBelongsToTheTraceOfTheRequestThatCreatedIt() throws Exception {
        start();
        server.models().enqueue(Script.chat("Hello"));
        String json = "{\"assistant_id\": \"" + server.newAssistant() + "\", \"stream\": true}";
        try (EventReader reader = server.stream("/threads/" + server.newThread() + "/runs", json,
                "traceparent", SAMPLED, "tracestate", "vendor=1")) {
            reader.rest();
        }

        Seen run = named(collector.await("invoke_agent", 1), "invoke_agent").getFirst();

        assertThat(run.trace()).isEqualTo(TRACE);
        assertThat(run.parent()).isEqualTo(PARENT);
        assertThat(asked(0).headers().get("traceparent")).startsWith("00-" + TRACE + "-").endsWith("-01");
        assertThat(asked(0).headers()).containsEntry("tracestate", "vendor=1");
    }

    @Test
    void aFailedRunSaysWhichCallFailedAndNotWhatItSaid() throws Exception {
        start();
        server.models().answer(request -> Script.error(503, "server_error", "a secret reason"));
        server.run();

        List<Seen> spans = collector.await("invoke_agent", 1);

        Seen run = named(spans, "invoke_agent").getFirst();
        assertThat(run.failed()).isTrue();
        assertThat(run.attributes()).containsEntry("error.type", "server_error")
                .containsEntry("runnel.run.status", "failed");
        Seen call = named(spans, "chat m").getFirst();
        assertThat(call.failed()).isTrue();
        assertThat(call.attributes()).containsEntry("error.type", "server_error");
        assertThat(collector.bytes()).doesNotContain("secret");
    }

    /** While a run waits for its caller it has no span: that can be long, and another node may go on with it. */
    @Test
    void whatComesBeforeAndAfterTheOutputsOfFunctionsIsOneTrace() throws Exception {
        start();
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")), Script.chat("Sunny"));
        String run;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            run = TestServer.runPath(reader.rest());
        }
        Seen before = named(collector.await("invoke_agent", 1), "invoke_agent").getFirst();
        try (EventReader reader = server.stream(run + "/submit_tool_outputs", """
                {"stream": true, "tool_outputs": [{"tool_call_id": "call_1", "output": "sun"}]}""")) {
            reader.rest();
        }

        List<Seen> spans = collector.await("invoke_agent", 2);

        assertThat(named(spans, "invoke_agent")).extracting(span -> span.attribute("runnel.run.status"))
                .containsExactly("requires_action", "completed");
        assertThat(spans).extracting(Seen::trace).containsOnly(before.trace());
        assertThat(named(spans, "queue")).hasSize(2);
    }

    @Test
    void aCancelledRunIsNoError() throws Exception {
        start();
        server.models().enqueue(Script.sse().text("Once").stall());
        try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
            String run = TestServer.runPath(reader.until("thread.message.delta"));
            server.post(run + "/cancel", "").ok();
            reader.rest();
        }

        List<Seen> spans = collector.await("invoke_agent", 1);

        Seen run = named(spans, "invoke_agent").getFirst();
        assertThat(run.failed()).isFalse();
        assertThat(run.attributes()).containsEntry("runnel.run.status", "cancelled");
        assertThat(named(spans, "chat m").getFirst().attributes()).containsEntry("error.type", "cancelled");
    }

    @Test
    void aChatCompletionIsASpanInItsCallersTrace() throws Exception {
        start();
        server.models().enqueue(Script.chat("Hello").usage(3, 2), Script.reply("Hello").usage(3, 2));
        server.post("/chat/completions", CHAT.replace("{\"model\"",
                "{\"stream\": true, \"stream_options\": {\"include_usage\": true}, \"model\""),
                "traceparent", SAMPLED);
        server.post("/chat/completions", CHAT).ok();

        List<Seen> spans = collector.await("chat m", 2);

        assertThat(spans).hasSize(2).allSatisfy(span -> assertThat(span.attributes()).containsAllEntriesOf(Map.of(
                "gen_ai.request.model", "m", "gen_ai.response.finish_reasons", "[stop]",
                "gen_ai.usage.input_tokens", "3", "gen_ai.usage.output_tokens", "2")));
        assertThat(spans).extracting(span -> span.attribute("gen_ai.request.stream"))
                .containsExactly("true", "false");
        assertThat(spans.getFirst().trace()).isEqualTo(TRACE);
        assertThat(spans.getFirst().parent()).isEqualTo(PARENT);
        assertThat(spans.getLast().parent()).isEmpty();
        assertThat(asked(0).headers()).containsEntry(
                "traceparent", "00-" + TRACE + "-" + spans.getFirst().id() + "-01");
        assertThat(collector.bytes()).doesNotContain("secret");
    }

    @Test
    void aCallerThatDoesNotSampleIsHeardAndHeadersThatAreNotValidAreNot() throws Exception {
        start();
        server.post("/chat/completions", CHAT, "traceparent", SAMPLED.replaceFirst("01$", "00")).ok();
        server.post("/chat/completions", CHAT, "traceparent", "00-" + TRACE + "-0-01").ok();

        List<Seen> spans = collector.await("chat m", 1);

        assertThat(spans).hasSize(1);
        assertThat(spans.getFirst().trace()).isNotEqualTo(TRACE);
        assertThat(asked(0).headers().get("traceparent")).startsWith("00-" + TRACE).endsWith("-00");
        assertThat(asked(1).headers().get("traceparent")).startsWith("00-" + spans.getFirst().trace());
    }

    @Test
    void withoutTracesAChatCompletionsHeadersGoOnAsTheyAre() throws Exception {
        server = TestServer.start(folder);
        server.post("/chat/completions", CHAT, "traceparent", SAMPLED, "tracestate", "vendor=1").ok();
        server.post("/chat/completions", CHAT).ok();

        assertThat(asked(0).headers()).containsEntry("traceparent", SAMPLED).containsEntry("tracestate", "vendor=1");
        assertThat(asked(1).headers()).doesNotContainKey("traceparent");
        assertThat(server.sendToRoot("GET", "/metrics", "").body()).doesNotContain("runnel_traces");
    }
}
