package dev.runnel.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.client.Fixture.LONG;
import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.Fixture.take;
import static dev.runnel.client.RunScripts.done;
import static dev.runnel.client.RunScripts.events;
import static dev.runnel.client.RunScripts.hello;
import static dev.runnel.client.RunScripts.run;
import static dev.runnel.client.RunScripts.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Streams of runs over a real connection. */
@Timeout(180)
class RunStreamTest {
    private static final RunRequest REQUEST = RunRequest.builder("asst_1").build();
    private static final ToolOutputsRequest OUTPUTS = new ToolOutputsRequest(
            List.of(new ToolOutputsRequest.ToolOutput("call_1", "sunny")), null);

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).build();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void aRunIsStreamedToItsEndAndFolded() {
        server.enqueue(hello());
        try (RunStream stream = client.runs().stream("thread_1", REQUEST)) {
            assertThat(stream.position()).isEmpty();
            assertThat(names(stream)).containsExactly("thread.run.queued", "thread.run.in_progress",
                    "thread.message.delta", "thread.message.delta", "thread.run.completed");
            assertThat(stream.position()).contains(at(5));
            assertThat(stream.fold().run().map(Run::status)).contains(RunStatus.COMPLETED);
            assertThat(stream.fold().message("msg_1").map(Message::text)).contains("Hello");
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void theRequestSaysWhatItWants() {
        server.enqueue(hello(), hello());
        client.runs().stream("thread/1 é", RunRequest.builder("asst_1").model("m").build()).close();
        client.runs().streamWithThread(
                RunRequest.builder("asst_1").thread(ThreadRequest.of(MessageRequest.user("Hi"))).build()).close();
        RecordedRequest onThread = server.requests().get(0);
        assertThat(onThread.path()).isEqualTo("/v1/threads/thread%2F1%20%C3%A9/runs");
        assertThat(onThread.headers()).containsEntry("Authorization", "Bearer sk-test")
                .containsEntry("OpenAI-Beta", "assistants=v2").containsEntry("Accept", "text/event-stream");
        assertThat(names(onThread.json())).containsExactlyInAnyOrder("assistant_id", "model", "stream");
        assertThat(onThread.json().path("stream").asBoolean()).isTrue();
        assertThat(server.requests().get(1).path()).isEqualTo("/v1/threads/runs");
        assertThat(server.requests().get(1).json().at("/thread/messages/0/content").asText()).isEqualTo("Hi");
    }

    @Test
    void anEventIsHandedOutAndFoldedBeforeTheNextIsWritten() {
        Gate gate = new Gate();
        Script begun = events(Script.sse(), 1, run("in_progress"), text("Hel")).gate(gate);
        server.enqueue(done(events(begun, 3, text("lo"), run("completed"))));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST)) {
            take(stream);
            assertThat(take(stream)).isEqualTo(text("Hel"));
            assertThat(stream.position()).contains(at(2));
            assertThat(stream.fold().openMessage().map(Message::text)).contains("Hel");
            gate.open();
            assertThat(names(stream)).containsExactly("thread.message.delta", "thread.run.completed");
        }
    }

    @Test
    void theStreamEndsAtDoneThoughTheServerKeepsTheSocketOpen() throws InterruptedException {
        server.enqueue(hello().keepSocketOpen());
        try (RunStream stream = client.runs().stream("thread_1", REQUEST)) {
            assertThat(names(stream)).hasSize(5);
            assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"requires_action", "completed", "failed", "cancelled", "expired", "incomplete"})
    void theEndOfTheBodyWillDoOnceTheRunIsAtRest(String status) {
        server.enqueue(events(Script.sse(), 1, run("in_progress"), run(status)));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST)) {
            assertThat(names(stream)).containsExactly("thread.run.in_progress", "thread.run." + status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"queued", "in_progress", "cancelling"})
    void theEndOfTheBodyBeforeIsABreak(String status) {
        server.enqueue(events(Script.sse(), 1, run(status)));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST)) {
            take(stream);
            assertThatThrownBy(stream::next).isInstanceOf(BrokenStreamException.class)
                    .hasMessageContaining("before the run ended");
        }
    }

    @Test
    void aStreamThatIsCutGivesAllThatArrivedAndThenThePosition() {
        Script script = events(Script.sse(), 1, run("in_progress"));
        for (int i = 2; i <= 20; i++) {
            script = events(script, i, text("x"));
        }
        server.enqueue(script.close());
        try (RunStream stream = client.runs().stream("thread_1", REQUEST)) {
            for (int i = 0; i < 20; i++) {
                take(stream);
            }
            BrokenStreamException broken = catchThrowableOfType(BrokenStreamException.class, stream::next);
            assertThat(broken.position()).contains(at(20));
            assertThat(broken.events()).isEqualTo(20);
            assertThat(stream.fold().message("msg_1").map(Message::text)).contains("x".repeat(19));
        }
    }

    @Test
    void aServerThatNumbersNothingIsFineButHasNoPositions() {
        server.enqueue(Script.sse().event("thread.run.in_progress", RunScripts.runJson("in_progress"))
                .raw("id: abc\n").event("thread.run.completed", RunScripts.runJson("completed")));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST)) {
            assertThat(names(stream)).hasSize(2);
            assertThat(stream.position()).contains(at(0));
        }
    }

    @Test
    void unknownEventsAndKeepAlivesDoNotDisturb() {
        server.enqueue(done(events(events(Script.sse().raw(": ping\n"), 1, run("queued"))
                .raw(": ping\n").event("thread.sang", "{\"song\":1}").event("ping", "pong"), 4, run("completed"))));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST)) {
            assertThat(names(stream)).containsExactly("thread.run.queued", "thread.sang", "ping",
                    "thread.run.completed");
            assertThat(stream.position()).contains(at(4));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"error\":{\"message\":\"m\",\"type\":\"server_error\",\"param\":null,\"code\":\"c\"}}",
        "{\"message\":\"m\",\"type\":\"server_error\",\"param\":null,\"code\":\"c\"}"})
    void anErrorEventIsThrownAfterWhatCameBeforeIt(String data) {
        server.enqueue(
                events(Script.sse(), 1, run("in_progress")).event("error", data).header("x-request-id", "req_1"));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST)) {
            take(stream);
            ApiException error = catchThrowableOfType(ApiException.class, stream::next);
            assertThat(error.error()).isEqualTo(new ApiError("m", "server_error", null, "c"));
            assertThat(error.requestId()).contains("req_1");
        }
    }

    @Test
    void anEventThatIsNotReadableIsABreakThatNamesIt() {
        server.enqueue(events(Script.sse(), 1, run("in_progress")).event("thread.message.delta", "{\"id\":"));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST)) {
            take(stream);
            BrokenStreamException broken = catchThrowableOfType(BrokenStreamException.class, stream::next);
            assertThat(broken).hasMessageContaining("thread.message.delta is not readable");
        }
    }

    @Test
    void aRunInsteadOfAStreamIsNamedAsSuch() {
        server.enqueue(Script.json(200, RunScripts.runJson("queued")));
        try (RunStream stream = client.runs().stream("thread_1", REQUEST)) {
            assertThatThrownBy(stream::next).isInstanceOf(BrokenStreamException.class)
                    .hasMessageStartingWith("the server answered with JSON instead of a stream: {\"id\":\"run_1\"");
        }
    }

    @Test
    void closingAStreamEndsItsConnectionAndTheReader() throws InterruptedException {
        server.enqueue(events(Script.sse(), 1, run("in_progress")).stall());
        RunStream stream = client.runs().stream("thread_1", REQUEST);
        take(stream);
        Fixture.Waiting reader = new Fixture.Waiting(stream::next);
        stream.close();
        stream.close();
        assertThat(reader.thrown()).isInstanceOf(ClosedStreamException.class);
        assertThat(server.requests().get(0).awaitDisconnect(LONG)).isTrue();
        assertThat(stream.position()).contains(at(1));
    }

    @Test
    void toolOutputsAreSubmittedAndWhatFollowsIsStreamed() {
        server.enqueue(done(events(Script.sse(), 12, run("queued"), text("Hel"), run("completed"))));
        try (RunStream stream = client.runs().streamToolOutputs("thread_1", "run/1", OUTPUTS)) {
            assertThat(names(stream)).containsExactly("thread.run.queued", "thread.message.delta",
                    "thread.run.completed");
            assertThat(stream.position()).contains(at(14));
        }
        RecordedRequest post = server.requests().get(0);
        assertThat(post.path()).isEqualTo("/v1/threads/thread_1/runs/run%2F1/submit_tool_outputs");
        assertThat(post.headers()).containsEntry("Accept", "text/event-stream");
        assertThat(post.json()).isEqualTo(Json.readTree("""
                {"tool_outputs":[{"tool_call_id":"call_1","output":"sunny"}],"stream":true}""".getBytes(UTF_8)));
    }

    @Test
    void toolOutputsAreSubmittedWithoutWaitingForTheRun() {
        server.enqueue(Script.json(200, RunScripts.runJson("queued")));
        assertThat(client.runs().submitToolOutputs("thread_1", "run_1", OUTPUTS).status()).isEqualTo(RunStatus.QUEUED);
        RecordedRequest post = server.requests().get(0);
        assertThat(post.path()).isEqualTo("/v1/threads/thread_1/runs/run_1/submit_tool_outputs");
        assertThat(post.headers()).containsEntry("Accept", "application/json");
        assertThat(post.json().path("stream")).isEqualTo(BooleanNode.FALSE);
    }

    private static Position at(long lastEventId) {
        return new Position("thread_1", "run_1", lastEventId);
    }

    private static List<String> names(RunStream stream) {
        List<String> names = new ArrayList<>();
        for (RunEvent event : stream) {
            names.add(event.name());
        }
        return names;
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
