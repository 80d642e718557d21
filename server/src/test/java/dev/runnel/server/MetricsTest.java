package dev.runnel.server;

import dev.runnel.testkit.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class MetricsTest {
    private static final String CHAT = "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}";

    @TempDir
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<String> scrape() {
        Answer answer = server.sendToRoot("GET", "/metrics", "");
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain; version=0.0.4; charset=utf-8");
        return answer.body().lines().toList();
    }

    @Test
    void runsTheirModelCallsAndTheirStreamsAreCounted() {
        server.models().enqueue(Script.chat("Hello", " there"));
        String thread = server.newThread();
        try (EventReader reader = server.run(server.newAssistant(), thread)) {
            String run = TestServer.runPath(reader.until("thread.message.delta"));
            reader.rest();
            try (EventReader again = server.attach(run + "?stream=true&starting_after=2")) {
                again.rest();
            }
        }

        assertThat(scrape()).contains(
                "gen_ai_invoke_agent_duration_seconds_count{gen_ai_request_model=\"m\",runnel_run_status=\"completed\"} 1",
                "gen_ai_client_operation_duration_seconds_count{error_type=\"\",gen_ai_operation_name=\"chat\","
                        + "gen_ai_provider_name=\"openai\",gen_ai_request_model=\"m\"} 1",
                "gen_ai_client_operation_time_to_first_chunk_seconds_count{gen_ai_operation_name=\"chat\","
                        + "gen_ai_provider_name=\"openai\",gen_ai_request_model=\"m\"} 1",
                "runnel_run_queue_wait_seconds_count 1",
                "runnel_runs_executing 0.0",
                "runnel_streams_attached_total 1.0",
                "runnel_streams_open 0.0")
                .anyMatch(line -> line.startsWith("http_server_request_duration_seconds_count{http_request_method="
                        + "\"POST\",http_response_status_code=\"200\",http_route=\"/v1/threads/{thread_id}/runs\"} 1"));
    }

    @Test
    void chatCompletionsAreCountedWithTheirTokensAndFailures() {
        server.models().enqueue(Script.chat("Hello"));
        server.models().answer(request -> Script.error(503, "server_error", "burnt"));
        server.post("/chat/completions", CHAT.replace("{\"model\"",
                "{\"stream\": true, \"stream_options\": {\"include_usage\": true}, \"model\""));
        server.post("/chat/completions", CHAT);
        server.get("/nothing");

        assertThat(scrape())
                .anyMatch(line -> line.startsWith(
                        "gen_ai_client_token_usage_token_count{gen_ai_request_model=\"m\",gen_ai_token_type=\"output\"} 1"))
                .anyMatch(line -> line.startsWith(
                        "gen_ai_client_operation_duration_seconds_count{error_type=\"server_error\""))
                .anyMatch(line -> line.startsWith("http_server_request_duration_seconds_count{"
                        + "http_request_method=\"_OTHER\",http_response_status_code=\"404\",http_route=\"_OTHER\"} 1"));
    }

    /** Callers choose model names: each different one would take memory here and in the monitoring system. */
    @Test
    void aThousandModelNamesAreNotAThousandFigures() {
        server.models().answer(request -> Script.chat("Hello"));
        for (int i = 0; i < 150; i++) {
            server.post("/chat/completions", CHAT.replace("\"m\"", "\"m" + i + "\"")).ok();
        }

        List<String> counts = scrape().stream()
                .filter(line -> line.startsWith("gen_ai_client_operation_duration_seconds_count")).toList();
        assertThat(counts).hasSize(101).anyMatch(line -> line.endsWith("gen_ai_request_model=\"_OTHER\"} 50"));
    }

    @Test
    void eachFigureIsExplainedForThePersonOnCall() throws Exception {
        server.models().enqueue(Script.chat("Hello"));
        server.run();
        String explained = Files.readString(Path.of("../docs/operations.md"));
        TreeSet<String> families = scrape().stream().map(Pattern.compile("# HELP (\\S+) ")::matcher)
                .flatMap(matcher -> matcher.results()).map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(families).isNotEmpty()
                .allSatisfy(name -> assertThat(explained).contains(name.replaceFirst("_max$", "")));
    }
}
