package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.routing.ModelNames;
import dev.runnel.testkit.Await;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static org.assertj.core.api.Assertions.assertThat;

/** The answers of {@code GET /v1/usage}: the use by each project, by day and by the models that were asked for and that answered. */
@Timeout(120)
class ProjectUsageTest {
    private static final String BLUE = "blue-key-0123456789";
    private static final String RED = "red-key-0123456789";
    private static final String CHAT = """
            {"model": "%s", "messages": [{"role": "user", "content": "Tell me a story."}], "stream": %s}""";

    @TempDir
    Path folder;

    private static ServerOptions withKeys(ServerOptions options) {
        return options.with(API_KEYS, ApiKeys.of(List.of("blue=" + BLUE, "red=" + RED)));
    }

    /** The rows, each as a line: project, models, runs, chat completions, errors, tokens. */
    private static List<String> rows(TestServer server, String query) {
        List<String> rows = new ArrayList<>();
        for (JsonNode row : server.get("/usage" + query).ok().path("data")) {
            assertThat(row.path("total_tokens").asLong())
                    .isEqualTo(row.path("prompt_tokens").asLong() + row.path("completion_tokens").asLong());
            rows.add("%s %s→%s %s+%s-%s %s/%s".formatted(row.path("project").asText(), row.path("model").asText(),
                    row.path("served_model").asText(), row.path("runs"), row.path("chat_completions"),
                    row.path("errors"), row.path("prompt_tokens"), row.path("completion_tokens")));
        }
        return rows;
    }

    /** A chat completion is written a moment after its answer. */
    private static void awaitRows(TestServer server, String... expected) throws InterruptedException {
        Await.until(() -> String.join(", ", rows(server, "")), () -> rows(server, "").equals(List.of(expected)));
    }

    @Test
    void runsResponsesAndChatCompletionsCountByTheModelAskedForAndTheOneThatAnswered() throws Exception {
        try (TestServer server = TestServer.startWithNames(
                folder, ProjectUsageTest::withKeys, ModelNames.parse(List.of("gpt-4o=qwen3:32b")))) {
            server.models().models("qwen3:32b", "llama3");
            server.models().answer(_ -> Script.chatWithUsage(11, 3, "Once", " upon"));
            server.as(BLUE);
            try (EventReader reader = server.run(server.newAssistant("{\"model\": \"gpt-4o\"}"), server.newThread())) {
                reader.rest();
            }
            assertThat(rows(server, "")).as("at the run's end").containsExactly("blue gpt-4o→qwen3:32b 1+0-0 11/3");
            server.post("/responses", "{\"model\": \"gpt-4o\", \"input\": \"Hi\"}").ok();
            server.post("/chat/completions",
                    CHAT.formatted("llama3", "true, \"stream_options\": {\"include_usage\": true}"));
            awaitRows(server, "blue gpt-4o→qwen3:32b 2+0-0 22/6", "blue llama3→llama3 0+1-0 11/3");

            server.as(RED);
            assertThat(rows(server, "")).as("another project").isEmpty();
            server.models().enqueue(Script.json(200, """
                    {"id": "c", "object": "chat.completion", "created": 1, "model": "qwen3:32b", "choices": [
                      {"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}],
                     "usage": {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}}"""));
            assertThat(server.post("/chat/completions", CHAT.formatted("gpt-4o", false)).ok().path("model").asText())
                    .isEqualTo("gpt-4o");
            awaitRows(server, "red gpt-4o→qwen3:32b 0+1-0 5/1");
        }
    }

    @Test
    void tokensThatNobodyTellsAreEstimatedAndErrorsCount() throws Exception {
        try (TestServer server = TestServer.start(folder)) {
            server.models().enqueue(Script.chat("One ", "two ", "three"));
            server.post("/chat/completions", CHAT.formatted("m", true));
            // 16 characters are four tokens; three pieces, and what says that the reply begins and ends.
            Await.until(() -> rows(server, "").toString(), () -> !rows(server, "").isEmpty());
            assertThat(rows(server, "").getFirst()).matches("default m→m 0\\+1-0 4/[345]");

            server.models().answer(_ -> Script.error(400, "invalid_request_error", "no"));
            assertThat(server.post("/chat/completions", CHAT.formatted("n", false)).status()).isEqualTo(400);
            server.run();
            awaitRows(server, rows(server, "").getFirst(), "default n→n 0+1-1 0/0");
        }
    }

    @Test
    void aRunThatFailsCountsAsAnError() {
        try (TestServer server = TestServer.start(folder)) {
            server.models().answer(_ -> Script.midStreamError("server_error", "CUDA error", "One"));
            server.run();
            assertThat(rows(server, "")).singleElement().asString().startsWith("default m→m 1+0-1 ");
        }
    }

    @Test
    void aClientThatHangsUpIsCountedAndIsNoError() throws Exception {
        try (TestServer server = TestServer.start(folder)) {
            server.models().enqueue(Script.reply("One ", "two ").stall());
            try (EventReader reader = server.stream("/chat/completions", CHAT.formatted("m", true))) {
                reader.until(event -> event.data().contains("two"));
            }
            Await.until(() -> rows(server, "").toString(), () -> !rows(server, "").isEmpty());
            assertThat(rows(server, "").getFirst()).matches("default m→m 0\\+1-0 4/[23]");
        }
    }

    @Test
    void aRunThatIsTakenUpAfterARestartCountsForItsProjectWithBothOfItsCalls() {
        try (TestServer server = TestServer.start(folder, ProjectUsageTest::withKeys)) {
            server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")),
                    Script.chatWithUsage(20, 4, "It ", "rains."));
            server.as(RED);
            String run;
            try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
                run = TestServer.runPath(reader.rest());
            }
            assertThat(rows(server, "")).as("before it has ended").isEmpty();
            server.restart();
            try (EventReader reader = server.stream(run + "/submit_tool_outputs", """
                    {"tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}], "stream": true}""")) {
                reader.rest();
            }
            JsonNode usage = server.get(run).ok().path("usage");
            assertThat(usage.path("prompt_tokens").asInt()).isGreaterThan(20);
            assertThat(rows(server, "")).containsExactly("red m→m 1+0-0 " + usage.path("prompt_tokens") + "/"
                    + usage.path("completion_tokens"));
        }
    }

    @Test
    void daysAreThoseOfUtcAndCanBeChosen() {
        Instant[] now = {Instant.parse("2030-05-01T23:59:59Z")};
        InstantSource clock = () -> now[0];
        try (TestServer server = TestServer.start(folder, options -> options.clock(clock))) {
            server.models().answer(_ -> Script.chatWithUsage(11, 3, "Hi"));
            server.run();
            now[0] = Instant.parse("2030-05-02T00:00:01Z");
            server.run();

            JsonNode report = server.get("/usage").ok();
            assertThat(report.path("from").asText()).isEqualTo("2030-04-03");
            assertThat(report.path("to").asText()).isEqualTo("2030-05-02");
            assertThat(report.path("has_more").asBoolean()).isFalse();
            assertThat(server.get("/usage").column("date")).containsExactly("2030-05-01", "2030-05-02");
            assertThat(server.get("/usage?from=2030-05-02").column("date")).containsExactly("2030-05-02");
            assertThat(server.get("/usage?to=2030-05-01").column("date")).containsExactly("2030-05-01");
            assertThat(server.get("/usage?to=2030-04-30").column("date")).isEmpty();
            Answer wrong = server.get("/usage?from=yesterday");
            assertThat(wrong.status()).isEqualTo(400);
            assertThat(wrong.error().path("param").asText()).isEqualTo("from");
        }
    }

    @Test
    void nothingIsWrittenWhileARunIsUnderWay() {
        try (TestServer server = TestServer.start(folder)) {
            Gate gate = new Gate();
            server.models().enqueue(Script.sse().text("One ").gate(gate).text("two").end("stop"));
            try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
                reader.until("thread.message.delta");
                assertThat(rows(server, "")).isEmpty();
                gate.open();
                reader.rest();
                assertThat(rows(server, "")).hasSize(1);
            }
        }
    }
}
