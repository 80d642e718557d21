package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.base.OnFault;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static dev.runnel.server.options.ServerOptions.ON_CRASH;
import static org.assertj.core.api.Assertions.assertThat;

/** Runs after the server died: none hangs, no thread stays locked, and no event that was seen is taken back. */
@Timeout(180)
class RecoveryTest {
    @TempDir
    Path folder;

    private @Nullable TestServer started;

    private TestServer server() {
        if (started == null) {
            started = TestServer.startProcess(folder);
        }
        return started;
    }

    /** One whose restarted server fails what was cut off. */
    private TestServer failing() {
        started = TestServer.startProcess(
                folder, options -> options.with(ON_CRASH, OnFault.FAIL));
        return started;
    }

    @AfterEach
    void stop() {
        if (started != null) {
            started.close();
        }
    }

    private List<Event> log(String run) {
        try (EventReader reader = server().attach(run + "?stream=true")) {
            return reader.rest();
        }
    }

    private void assertThreadIsFree(String run) {
        String thread = run.substring("/threads/".length(), run.indexOf("/runs/"));
        server().models().answer(request -> Script.chat("Again."));
        try (EventReader reader = server().run(server().newAssistant(), thread)) {
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
    }

    @Test
    void aRunThatWasWritingWritesItsStepAnew() throws InterruptedException {
        server().models().enqueue(Script.reply("Hel", "lo").stall(), Script.chat("Good ", "day"));
        List<Event> seen;
        try (EventReader reader = server().run(server().newAssistant(), server().newThread())) {
            seen = reader.until(event -> event.data().contains("\"value\":\"lo\""));
            server().kill();
        }
        server().restart();
        String run = TestServer.runPath(seen);
        List<Event> all = log(run);

        assertThat(all.subList(0, seen.size())).isEqualTo(seen);
        assertThat(names(all.subList(seen.size(), all.size()))).containsExactly(
                "thread.message.incomplete", "thread.run.step.failed", "thread.run.queued", "thread.run.in_progress",
                "thread.run.step.created", "thread.run.step.in_progress", "thread.message.created",
                "thread.message.in_progress", "thread.message.delta", "thread.message.delta",
                "thread.message.completed", "thread.run.step.completed", "thread.run.completed", "done");
        JsonNode half = only(all, "thread.message.incomplete").json();
        JsonNode whole = only(all, "thread.message.completed").json();
        assertThat(half.at("/content/0/text/value").asText()).isEqualTo("Hello");
        assertThat(whole.at("/content/0/text/value").asText()).isEqualTo("Good day");
        String thread = run.substring(0, run.indexOf("/runs/"));
        assertThat(server().get(thread + "/messages").ok().path("data")).startsWith(whole, half);
        assertThat(server().get(run).ok()).isEqualTo(only(all, "thread.run.completed").json());
        assertThat(server().models().awaitRequest(1, TestServer.PATIENCE).json())
                .isEqualTo(server().models().awaitRequest(0, TestServer.PATIENCE).json());

        assertThreadIsFree(run);
        assertThat(server().models().awaitRequest(2, TestServer.PATIENCE).json().path("messages").toString())
                .contains("Good day").doesNotContain("Hello");
    }

    @Test
    void aRunThatIsCutOffAgainAndAgainFailsAtTheThirdTime() {
        server().models().answer(request -> Script.reply("Hel").stall());
        String run;
        try (EventReader reader = server().run(server().newAssistant(), server().newThread())) {
            run = TestServer.runPath(reader.until("thread.message.delta"));
        }
        for (int crash = 1; crash <= 2; crash++) {
            server().killAndRestart();
            try (EventReader reader = server().attach(run + "?stream=true")) {
                for (int message = 0; message <= crash; message++) {
                    reader.until("thread.message.delta");
                }
            }
        }
        server().kill();
        server().restart();
        List<Event> all = log(run);

        assertThat(names(all)).endsWith("thread.message.delta", "thread.message.incomplete",
                "thread.run.step.failed", "thread.run.failed", "done");
        assertThat(names(all)).filteredOn("thread.run.queued"::equals).hasSize(3);
        JsonNode error = only(all, "thread.run.failed").json().path("last_error");
        assertThat(error.path("code").asText()).isEqualTo("server_error");
        assertThat(error.path("message").asText()).contains("3 times");
        assertThreadIsFree(run);
    }

    /** Neither do rounds of tool calls: whatever comes to rest is no crash. */
    @Test
    void stopsInOrderDoNotCountAsCrashes() {
        server().restart(); // here, where it can be stopped rather than killed
        server().models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        server().models().answer(request -> Script.reply("Hel").stall());
        String run;
        try (EventReader reader = server().run(server().newWeatherAssistant(), server().newThread())) {
            run = TestServer.runPath(reader.rest());
        }
        server().post(run + "/submit_tool_outputs", """
                {"tool_outputs": [{"tool_call_id": "call_1", "output": "x"}]}""").ok();
        for (int stop = 1; stop <= 4; stop++) {
            try (EventReader reader = server().attach(run + "?stream=true")) {
                for (int message = 0; message < stop; message++) {
                    reader.until("thread.message.delta");
                }
            }
            server().restart();
        }
        assertThat(server().get(run).ok().path("status").asText()).isIn("queued", "in_progress");
        server().models().answer(request -> Script.chat("Good day"));
        server().restart();
        assertThat(names(log(run))).endsWith("thread.run.completed", "done");
    }

    @Test
    void aRunThatWasCallingToolsCallsThemAnew() {
        server().models().enqueue(
                Script.reply("Let me see.").calls(ToolCall.of("call_1", "weather", "{\"city\"")).stall(),
                Script.toolCalls(ToolCall.of("call_2", "weather", "{}")));
        List<Event> seen;
        try (EventReader reader = server().run(server().newWeatherAssistant(), server().newThread())) {
            seen = reader.until(event -> event.data().contains("\\\"city\\\""));
            server().kill();
        }
        server().restart();
        List<Event> all = log(TestServer.runPath(seen));

        assertThat(all.subList(0, seen.size())).isEqualTo(seen);
        assertThat(names(all)).contains("thread.run.step.failed").endsWith("thread.run.requires_action", "done");
        JsonNode calls = only(all, "thread.run.requires_action").json().at("/required_action/submit_tool_outputs");
        assertThat(calls.at("/tool_calls")).hasSize(1);
        assertThat(calls.at("/tool_calls/0/id").asText()).isEqualTo("call_2");
    }

    @Test
    void byPolicyARunThatWasWritingFailsAndKeepsItsTextAndTheLogThatWasSeen() {
        failing();
        server().models().enqueue(Script.reply("Hel", "lo").stall());
        List<Event> seen;
        try (EventReader reader = server().run(server().newAssistant(), server().newThread())) {
            seen = reader.until(event -> event.data().contains("\"value\":\"lo\""));
            server().kill();
        }
        server().restart();
        String run = TestServer.runPath(seen);
        List<Event> all = log(run);

        assertThat(all.subList(0, seen.size())).isEqualTo(seen);
        assertThat(names(all.subList(seen.size(), all.size()))).containsExactly(
                "thread.message.incomplete", "thread.run.step.failed", "thread.run.failed", "done");
        JsonNode message = only(all, "thread.message.incomplete").json();
        assertThat(message.at("/content/0/text/value").asText()).isEqualTo("Hello");
        assertThat(message.at("/incomplete_details/reason").asText()).isEqualTo("run_failed");
        JsonNode failed = only(all, "thread.run.failed").json();
        assertThat(failed.at("/last_error/code").asText()).isEqualTo("server_error");
        assertThat(server().get(run).ok()).isEqualTo(failed);
        assertThat(server().get(run.substring(0, run.indexOf("/runs/")) + "/messages").ok().at("/data/0"))
                .isEqualTo(message);
        assertThreadIsFree(run);
    }

    @Test
    void byPolicyARunWhoseModelHadNotAnsweredFails() throws InterruptedException {
        failing();
        server().models().enqueue(Script.silent());
        List<Event> seen;
        try (EventReader reader = server().run(server().newAssistant(), server().newThread())) {
            seen = reader.until("thread.run.in_progress");
            server().models().awaitRequest(0, TestServer.PATIENCE);
            server().kill();
        }
        server().restart();
        List<Event> all = log(TestServer.runPath(seen));

        assertThat(all.subList(0, seen.size())).isEqualTo(seen);
        assertThat(names(all)).endsWith("thread.run.in_progress", "thread.run.failed", "done");
        assertThreadIsFree(TestServer.runPath(seen));
    }

    @Test
    void aRunThatRequiresActionStillDoesAndGoesOnWhenItHasItsOutputs() throws InterruptedException {
        server().models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city\":\"Paris\"}")));
        List<Event> seen;
        try (EventReader reader = server().run(server().newWeatherAssistant(), server().newThread())) {
            seen = reader.rest();
        }
        server().kill();
        server().restart();
        String run = TestServer.runPath(seen);

        assertThat(log(run)).isEqualTo(seen);
        assertThat(server().get(run).ok()).isEqualTo(only(seen, "thread.run.requires_action").json());
        server().models().enqueue(Script.chat("It rains."));
        try (EventReader reader = server().stream(run + "/submit_tool_outputs", """
                {"stream": true, "tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}]}""")) {
            List<Event> rest = reader.rest();
            assertThat(names(rest)).startsWith("thread.run.step.completed", "thread.run.queued")
                    .endsWith("thread.run.completed", "done");
            assertThat(rest.getFirst().seq()).isEqualTo(seen.size());
        }
        assertThat(server().models().awaitRequest(1, TestServer.PATIENCE).json().path("messages").toString())
                .contains("\"tool_calls\"", "Paris", "\"rain\"");
        assertThreadIsFree(run);
    }

    @Test
    void aServerThatIsStoppedLeavesItsRunsToTheNext() {
        server().restart(); // here, where it can be stopped rather than killed
        server().models().enqueue(Script.reply("Hel").stall());
        List<Event> seen;
        try (EventReader reader = server().run(server().newAssistant(), server().newThread())) {
            seen = reader.until("thread.message.delta");
            server().restart();
        }
        List<Event> all = log(TestServer.runPath(seen));

        assertThat(all.subList(0, seen.size())).isEqualTo(seen);
        assertThat(names(all)).endsWith("thread.run.completed", "done");
        assertThreadIsFree(TestServer.runPath(seen));
    }
}
