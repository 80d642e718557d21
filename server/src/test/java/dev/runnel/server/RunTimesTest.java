package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A run's times and usage, from its creation over a tool call to its end, on a clock that the test sets. */
@Timeout(180)
class RunTimesTest {
    private static final long CREATED = 1_800_000_000;

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(CREATED));
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder, options -> options.clock(now::get));
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")), Script.chat("It rains."));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void pass(long seconds) {
        now.updateAndGet(instant -> instant.plusSeconds(seconds));
    }

    private static List<String> values(JsonNode run, String... fields) {
        return List.of(fields).stream().map(field -> run.path(field).asText()).toList();
    }

    @Test
    void startedAtMovesWhenARunGoesOnAndExpiresAtStaysUntilItEnds() {
        String path;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            path = TestServer.runPath(reader.rest());
        }
        String[] fields = {"status", "created_at", "started_at", "expires_at", "completed_at", "usage"};
        assertThat(values(server.get(path).ok(), fields)).containsExactly(
                "requires_action", "1800000000", "1800000000", "1800000600", "null", "null");

        pass(60);
        List<EventReader.Event> events;
        try (EventReader reader = server.stream(path + "/submit_tool_outputs", """
                {"stream": true, "tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}]}""")) {
            events = reader.rest();
        }
        assertThat(values(EventReader.only(events, "thread.run.queued").json(), fields)).containsExactly(
                "queued", "1800000000", "1800000000", "1800000600", "null", "null");
        assertThat(values(EventReader.only(events, "thread.run.in_progress").json(), fields)).containsExactly(
                "in_progress", "1800000000", "1800000060", "1800000600", "null", "null");
        JsonNode ended = EventReader.only(events, "thread.run.completed").json();
        assertThat(values(ended, "status", "started_at", "expires_at", "completed_at")).containsExactly(
                "completed", "1800000060", "null", "1800000060");
        assertThat(ended.at("/usage/total_tokens").asLong()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "include[]=step_details.tool_calls[*].file_search.results[*].content",
        "include%5B%5D=step_details.tool_calls%5B%2A%5D.file_search.results%5B%2A%5D.content",
        "include[]=step_details.tool_calls%5B*%5D.file_search.results%5B*%5D.content"})
    void includeIsReadRawAndPercentEncoded(String query) throws Exception {
        String path;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            path = TestServer.runPath(reader.rest());
        }
        String step = server.get(path + "/steps").ids().getFirst();
        for (String list : List.of(path + "/steps", path + "/steps/" + step)) {
            try (RawHttp raw = new RawHttp(server.port())) {
                raw.send("GET /v1" + list + "?" + query + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                assertThat(raw.answer().json()).isEqualTo(server.get(list).json());
            }
        }
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.send("GET /v1" + path + "/steps?" + query.replace("content", "score")
                    + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(raw.answer().status()).isEqualTo(400);
        }
    }
}
