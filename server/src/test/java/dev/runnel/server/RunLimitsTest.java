package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static dev.runnel.server.options.ServerOptions.MAX_EVENTS;
import static dev.runnel.server.options.ServerOptions.MAX_MESSAGE;
import static dev.runnel.server.options.ServerOptions.MAX_ROUNDS;
import static dev.runnel.server.options.ServerOptions.MAX_RUNS;
import static org.assertj.core.api.Assertions.assertThat;

/** How much there may be of runs, and in a run. */
@Timeout(180)
class RunLimitsTest {
    @TempDir
    Path folder;

    private @Nullable TestServer started;

    private TestServer start(int runs, int rounds, int events, int message) {
        TestServer server = TestServer.start(folder, options -> options
                .with(MAX_RUNS, runs).with(MAX_ROUNDS, rounds).with(MAX_EVENTS, events).with(MAX_MESSAGE, message));
        started = server;
        return server;
    }

    @AfterEach
    void stop() {
        if (started != null) {
            started.close();
        }
    }

    private static String status(TestServer server, String run) {
        return server.get(run).ok().path("status").asText();
    }

    @Test
    void runsBeyondTheLimitWaitAndHaveTheirTurnInTheirOrder() throws InterruptedException {
        TestServer server = start(2, 9, 999, 999);
        List<Gate> gates = IntStream.range(0, 6).mapToObj(i -> new Gate()).toList();
        gates.forEach(gate -> server.models().enqueue(Script.reply().gate(gate).text("Hello").end("stop")));
        String assistant = server.newAssistant();
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String thread = server
                    .post("/threads", "{\"messages\": [{\"role\": \"user\", \"content\": \"number " + i + "\"}]}")
                    .id();
            String run = server.post("/threads/" + thread + "/runs", "{\"assistant_id\": \"" + assistant + "\"}").id();
            runs.add("/threads/" + thread + "/runs/" + run);
            if (i < 2) {
                server.models().awaitRequest(i, TestServer.PATIENCE);
            }
        }
        assertThat(runs).map(run -> status(server, run))
                .containsExactly("in_progress", "in_progress", "queued", "queued", "queued");
        JsonNode health = server.sendToRoot("GET", "/healthz", "").ok();
        assertThat(health.path("runs_executing").asInt()).isEqualTo(2);
        assertThat(health.path("runs_queued").asInt()).isEqualTo(3);

        server.post(runs.get(3) + "/cancel", "").ok();
        assertThat(status(server, runs.get(3))).isEqualTo("cancelled");
        for (int i = 0; i < gates.size(); i++) {
            gates.get(i).open();
            int next = i + 2;
            if (next < 4) {
                String asked = server.models().awaitRequest(next, TestServer.PATIENCE).json().path("messages")
                        .toString();
                assertThat(asked).contains("number " + (next == 3 ? 4 : next));
            }
        }
        for (int i : new int[] {0, 1, 2, 4}) {
            try (EventReader reader = server.attach(runs.get(i) + "?stream=true")) {
                assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
            }
        }
        assertThat(server.models().requests()).hasSize(4);
    }

    @Test
    void aRunThatWaitsForOutputsTakesNobodysPlace() {
        TestServer server = start(1, 9, 999, 999);
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        String waiting;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            waiting = TestServer.runPath(reader.rest());
        }
        assertThat(names(server.run())).endsWith("thread.run.completed", "done");
        try (EventReader reader = server.stream(waiting + "/submit_tool_outputs", """
                {"stream": true, "tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}]}""")) {
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
    }

    private static void assertFailed(TestServer server, List<Event> events, String message) {
        assertThat(names(events)).endsWith("thread.run.step.failed", "thread.run.failed", "done");
        JsonNode run = only(events, "thread.run.failed").json();
        assertThat(run.at("/last_error/code").asText()).isEqualTo("server_error");
        assertThat(run.at("/last_error/message").asText()).isEqualTo(message);
        server.models().enqueue(Script.chat("a"));
        try (EventReader reader = server.run(server.newAssistant(), run.path("thread_id").asText())) {
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
    }

    @Test
    void aRunThatCallsToolsOnAndOnFails() {
        TestServer server = start(9, 2, 999, 999);
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{}")),
                Script.toolCalls(ToolCall.of("call_2", "weather", "{}")),
                Script.toolCalls(ToolCall.of("call_3", "weather", "{}")));
        List<Event> events;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            events = reader.rest();
        }
        for (String call : new String[] {"call_1", "call_2"}) {
            assertThat(names(events)).endsWith("thread.run.requires_action", "done");
            try (EventReader reader = server.stream(runPath(events) + "/submit_tool_outputs", """
                    {"stream": true, "tool_outputs": [{"tool_call_id": "%s", "output": "rain"}]}"""
                    .formatted(call))) {
                events = reader.rest();
            }
        }
        assertFailed(server, events, "The run has reached the limit of 2 rounds of tool calls.");
    }

    private static String runPath(List<Event> events) {
        JsonNode run = only(events, "thread.run.requires_action").json();
        return "/threads/" + run.path("thread_id").asText() + "/runs/" + run.path("id").asText();
    }

    @Test
    void aRunThatTalksOnAndOnFailsAtItsEvents() throws InterruptedException {
        TestServer server = start(9, 9, 50, 999);
        server.models()
                .enqueue(Script.reply(IntStream.range(0, 100).mapToObj(i -> "x").toArray(String[]::new)).stall());
        List<Event> events = server.run();

        assertThat(names(events)).contains("thread.message.incomplete");
        assertThat(events.get(49).name()).isEqualTo("thread.message.delta");
        assertThat(events.get(50).name()).isEqualTo("thread.message.incomplete");
        assertFailed(server, events, "The run has reached the limit of 50 events.");
        assertThat(server.models().awaitRequest(0, TestServer.PATIENCE).awaitDisconnect(TestServer.PATIENCE)).isTrue();
    }

    @Test
    void aReplyThatIsTooLongFails() {
        TestServer server = start(9, 9, 999, 10);
        server.models().enqueue(Script.reply("123456789", "0", "1").stall());
        List<Event> events = server.run();

        assertThat(only(events, "thread.message.incomplete").json().at("/content/0/text/value").asText())
                .isEqualTo("1234567890");
        assertFailed(server, events, "The model's reply is longer than the limit of 10 characters.");
    }

    @Test
    void aCallWithTooMuchToSayFails() {
        TestServer server = start(9, 9, 999, 10);
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city\":", "\"Llanfairpwllgwyngyll\"}")));
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            assertFailed(server, reader.rest(), "The model's reply is longer than the limit of 10 characters.");
        }
    }
}
