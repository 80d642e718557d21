package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static org.assertj.core.api.Assertions.assertThat;

/** How runs end that do not complete: cancelled, failed, incomplete. */
@Timeout(180)
class RunEndingTest {
    /** The longest time that a cancellation may take. */
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

    private EventReader run() {
        return server.run(server.newAssistant(), server.newThread());
    }

    /** That the thread takes another run, which completes. */
    private void assertThreadIsFree(List<Event> events) {
        String thread = only(events, "thread.run.created").json().path("thread_id").asText();
        server.models().answer(request -> Script.chat("Again."));
        try (EventReader reader = server.run(server.newAssistant(), thread)) {
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
    }

    private void assertRestShows(List<Event> events, String message, String step, String run) {
        String path = TestServer.runPath(events);
        String thread = path.substring(0, path.indexOf("/runs/"));
        assertThat(server.get(path).ok()).isEqualTo(only(events, run).json());
        assertThat(server.get(path + "/steps").ok().at("/data/0")).isEqualTo(only(events, step).json());
        assertThat(server.get(thread + "/messages").ok().at("/data/0")).isEqualTo(only(events, message).json());
    }

    @Test
    void aRunThatIsCancelledInTheMiddleKeepsItsTextAndEndsTheModelCall() throws InterruptedException {
        server.models().enqueue(Script.reply("Hel", "lo").stall());
        List<Event> events = new ArrayList<>();
        try (EventReader reader = run()) {
            events.addAll(reader.until(event -> event.data().contains("\"value\":\"lo\"")));
            String path = TestServer.runPath(events);
            JsonNode answer = server.post(path + "/cancel", "").ok();
            RecordedRequest call = server.models().awaitRequest(0, TestServer.PATIENCE);
            assertThat(call.awaitDisconnect(TestServer.PATIENCE)).isTrue();
            List<Event> rest = reader.rest();
            events.addAll(rest);

            assertThat(answer.path("status").asText()).isEqualTo("cancelling");
            assertThat(answer.path("cancelled_at").isNull()).isTrue();
            assertThat(names(rest)).containsExactly(
                    "thread.run.cancelling", "thread.message.incomplete", "thread.run.step.cancelled",
                    "thread.run.cancelled", "done");
            assertThat(rest.getFirst().json()).isEqualTo(answer);
        }
        JsonNode message = only(events, "thread.message.incomplete").json();
        JsonNode cancelled = only(events, "thread.run.cancelled").json();
        assertThat(message.at("/content/0/text/value").asText()).isEqualTo("Hello");
        assertThat(message.path("incomplete_details").toString()).isEqualTo("{\"reason\":\"run_cancelled\"}");
        assertThat(message.path("incomplete_at").isIntegralNumber()).isTrue();
        assertThat(only(events, "thread.run.step.cancelled").json().path("cancelled_at").isIntegralNumber()).isTrue();
        assertThat(cancelled.path("cancelled_at").isIntegralNumber()).isTrue();
        assertThat(cancelled.path("expires_at").isNull()).isTrue();
        assertRestShows(events, "thread.message.incomplete", "thread.run.step.cancelled", "thread.run.cancelled");
        assertThreadIsFree(events);
    }

    @Test
    void aRunWhoseModelHasNotAnsweredYetIsCancelledAsSoon() throws InterruptedException {
        server.models().enqueue(Script.silent());
        try (EventReader reader = run()) {
            List<Event> events = new ArrayList<>(reader.until("thread.run.in_progress"));
            RecordedRequest call = server.models().awaitRequest(0, TestServer.PATIENCE);
            server.post(TestServer.runPath(events) + "/cancel", "").ok();

            assertThat(call.awaitDisconnect(TestServer.PATIENCE)).isTrue();
            events.addAll(reader.rest());
            assertThat(names(events)).endsWith(
                    "thread.run.in_progress", "thread.run.cancelling", "thread.run.cancelled", "done");
            assertThreadIsFree(events);
        }
    }

    @Test
    void aCallThatIsCancelledWhileItIsWrittenIsNeverRequired() {
        server.models().enqueue(Script.reply().calls(ToolCall.of("call_1", "weather", "{\"ci")).stall());
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            List<Event> events = new ArrayList<>(reader.until(event -> event.data().contains("{\\\"ci")));
            server.post(TestServer.runPath(events) + "/cancel", "").ok();
            events.addAll(reader.rest());

            assertThat(names(events)).endsWith(
                    "thread.run.step.delta", "thread.run.cancelling", "thread.run.step.cancelled",
                    "thread.run.cancelled", "done");
            assertThat(only(events, "thread.run.cancelled").json().path("required_action").isNull()).isTrue();
            assertThreadIsFree(events);
        }
    }

    @Test
    void aRunThatWasJustCreatedCanBeCancelled() {
        server.models().enqueue(Script.silent());
        String thread = server.newThread();
        String run = "/threads/" + thread + "/runs/"
                + server.post("/threads/" + thread + "/runs", "{\"assistant_id\": \"" + server.newAssistant() + "\"}")
                        .id();
        JsonNode answer = server.post(run + "/cancel", "").ok();

        assertThat(answer.path("status").asText()).isEqualTo("cancelling");
        try (EventReader reader = server.attach(run + "?stream=true")) {
            List<Event> events = reader.rest();
            assertThat(names(events)).startsWith("thread.run.created", "thread.run.queued")
                    .endsWith("thread.run.cancelling", "thread.run.cancelled", "done");
        }
    }

    @Test
    void aRunThatRequiresActionCanBeCancelled() {
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        List<Event> events;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            events = reader.rest();
        }
        String path = TestServer.runPath(events);
        JsonNode answer = server.post(path + "/cancel", "{}").ok();
        JsonNode run = server.get(path).ok();

        assertThat(answer.path("status").asText()).isEqualTo("cancelling");
        assertThat(run.path("status").asText()).isEqualTo("cancelled");
        assertThat(run.path("required_action").isNull()).isTrue();
        assertThat(server.get(path + "/steps").column("status")).containsExactly("cancelled");
        try (EventReader reader = server.attach(path + "?stream=true&starting_after=" + (events.size() - 1))) {
            assertThat(names(reader.rest())).containsExactly(
                    "thread.run.cancelling", "thread.run.step.cancelled", "thread.run.cancelled", "done");
        }
        assertThreadIsFree(events);
    }

    @Test
    void aRunThatHasEndedCannotBeCancelledAndStaysAsItIs() {
        List<Event> events = server.run();
        String path = TestServer.runPath(events);
        Answer answer = server.post(path + "/cancel", "");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("message").asText())
                .isEqualTo("Cannot cancel run with status 'completed'.");
        assertThat(server.get(path).ok()).isEqualTo(only(events, "thread.run.completed").json());
    }

    static Stream<Arguments> failures() {
        Script plain500 = Script.error(500, "server_error", "out of order").header("x-should-retry", "false");
        return Stream.of(
                Arguments.of("status 500", plain500, "server_error", "out of order"),
                Arguments.of("status 400", Script.error(400, "invalid_request_error", "too long"), "invalid_prompt",
                        "too long"),
                Arguments.of("status 401", Script.error(401, "invalid_request_error", "no key"), "server_error",
                        "no key"),
                Arguments.of("status 429", Script.error(429, "requests", "slow down").header("x-should-retry", "false"),
                        "rate_limit_exceeded", "slow down"),
                Arguments.of("an error before the first text", Script.midStreamError("server_error", "burnt"),
                        "server_error", "burnt"),
                Arguments.of("garbage in the stream", Script.sse().data("{\"choices\": [nonsense"), "server_error",
                        "not readable"),
                Arguments.of("a page of HTML",
                        Script.plain().header("content-type", "text/html").raw("<html>Hi</html>"),
                        "server_error", "<html>Hi</html>"),
                Arguments.of("an empty stream", Script.sse(), "server_error", "before any event"),
                Arguments.of("an empty stream with its end", Script.sse().done(), "server_error", "an empty reply"),
                Arguments.of("a reply without content", Script.chat(), "server_error", "an empty reply"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void aModelThatGivesNoReplyFailsTheRunAndSaysWhy(String what, Script script, String code, String why) {
        server.models().enqueue(script);
        try (EventReader reader = run()) {
            List<Event> events = reader.rest();
            JsonNode failed = only(events, "thread.run.failed").json();

            assertThat(names(events)).as(what).containsExactly(
                    "thread.run.created", "thread.run.queued", "thread.run.in_progress", "thread.run.failed", "done");
            assertThat(failed.at("/last_error/code").asText()).isEqualTo(code);
            assertThat(failed.at("/last_error/message").asText()).contains(why).doesNotContain("Exception");
            assertThat(failed.path("failed_at").isIntegralNumber()).isTrue();
            assertThat(failed.path("expires_at").isNull()).isTrue();
            assertThat(failed.path("usage").isObject()).isTrue();
            assertThat(server.get(TestServer.runPath(events)).ok()).isEqualTo(failed);
            assertThreadIsFree(events);
        }
    }

    static Stream<Arguments> breaks() {
        return Stream.of(
                Arguments.of("the connection is reset",
                        Script.reply("Hel", "lo").pause(Duration.ofMillis(500)).reset()),
                Arguments.of("the connection is closed", Script.reply("Hel", "lo").close()),
                Arguments.of("the stream just ends", Script.reply("Hel", "lo")),
                Arguments.of("the server reports an error",
                        Script.midStreamError("server_error", "burnt", "Hel", "lo")),
                Arguments.of("a chunk is garbage", Script.reply("Hel", "lo").data("{\"choices\":[{").done()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaks")
    void aModelThatBreaksOffFailsTheRunAndItsTextIsKept(String what, Script script) {
        server.models().enqueue(script);
        try (EventReader reader = run()) {
            List<Event> events = reader.rest();

            assertThat(names(events)).as(what).endsWith(
                    "thread.message.delta", "thread.message.delta",
                    "thread.message.incomplete", "thread.run.step.failed", "thread.run.failed", "done");
            JsonNode message = only(events, "thread.message.incomplete").json();
            JsonNode step = only(events, "thread.run.step.failed").json();
            assertThat(message.at("/content/0/text/value").asText()).isEqualTo("Hello");
            assertThat(message.at("/incomplete_details/reason").asText()).isEqualTo("run_failed");
            assertThat(step.at("/last_error/code").asText()).isEqualTo("server_error");
            assertThat(step.path("last_error")).isEqualTo(
                    only(events, "thread.run.failed").json().path("last_error"));
            assertRestShows(events, "thread.message.incomplete", "thread.run.step.failed", "thread.run.failed");
            assertThreadIsFree(events);
        }
    }

    @Test
    void aModelServerThatIsDownFailsTheRunAndNamesTheServer() {
        server.models().close();
        try (EventReader reader = run()) {
            List<Event> events = reader.rest();
            JsonNode error = only(events, "thread.run.failed").json().path("last_error");

            assertThat(error.path("code").asText()).isEqualTo("server_error");
            assertThat(error.path("message").asText()).contains(server.models().baseUri().toString());
        }
    }

    @Test
    void aModelThatIsBusyAtFirstIsAskedAgainAndTheRunKnowsNothingOfIt() {
        server.models().enqueue(Script.error(503, "server_error", "busy").header("retry-after-ms", "5"),
                Script.error(429, "requests", "busy").header("retry-after-ms", "5"), Script.chat("Hello"));
        try (EventReader reader = run()) {
            List<Event> events = reader.rest();
            assertThat(EventReader.text(events)).isEqualTo("Hello");
            assertThat(names(events)).endsWith("thread.run.completed", "done").hasSize(12);
        }
        assertThat(server.models().requests()).hasSize(3);
    }

    @Test
    void aReplyThatIsCutByATokenLimitLeavesTheRunIncomplete() {
        server.models().enqueue(Script.finish("length", "Hel", "lo").usage(5, 2));
        try (EventReader reader = run()) {
            List<Event> events = reader.rest();
            JsonNode run = only(events, "thread.run.incomplete").json();

            assertThat(names(events)).endsWith(
                    "thread.message.delta", "thread.message.incomplete", "thread.run.step.completed",
                    "thread.run.incomplete", "done");
            assertThat(only(events, "thread.message.incomplete").json().at("/incomplete_details/reason").asText())
                    .isEqualTo("max_tokens");
            assertThat(run.path("incomplete_details").toString())
                    .isEqualTo("{\"reason\":\"max_completion_tokens\"}");
            assertThat(run.path("completed_at").isNull()).isTrue();
            assertThat(run.at("/usage/total_tokens").asInt()).isEqualTo(7);
            assertRestShows(events, "thread.message.incomplete", "thread.run.step.completed", "thread.run.incomplete");
            assertThreadIsFree(events);
        }
    }

    @Test
    void aReplyThatIsFilteredLeavesTheRunIncomplete() {
        server.models().enqueue(Script.finish("content_filter", "Hel"));
        try (EventReader reader = run()) {
            List<Event> events = reader.rest();

            assertThat(names(events)).endsWith(
                    "thread.message.incomplete", "thread.run.step.completed", "thread.run.incomplete", "done");
            assertThat(only(events, "thread.message.incomplete").json().at("/incomplete_details/reason").asText())
                    .isEqualTo("content_filter");
            assertThat(only(events, "thread.run.incomplete").json().at("/incomplete_details/reason").asText())
                    .isEqualTo("content_filter");
        }
    }

    @Test
    void aCallThatIsCutByATokenLimitIsNeverRequired() {
        server.models().enqueue(Script.reply().calls(ToolCall.of("call_1", "weather", "{\"ci")).end("length"));
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            List<Event> events = reader.rest();

            assertThat(names(events)).endsWith("thread.run.step.cancelled", "thread.run.incomplete", "done");
            assertThat(only(events, "thread.run.incomplete").json().path("required_action").isNull()).isTrue();
        }
    }
}
