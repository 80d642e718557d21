package dev.runnel.server;

import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static org.assertj.core.api.Assertions.assertThat;

/** A server that is stopped: what it still does, what becomes of its runs, and what their readers see. */
@Timeout(180)
class StopTest {
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

    /** Asks until the server says that it is stopping. */
    private Answer refusal(String path, String json) {
        while (true) {
            Answer answer = server.post(path, json);
            if (answer.status() == 503) {
                return answer;
            }
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    @Test
    void aRunThatEndsInTimeEndsAndMeanwhileAllButNewRunsIsAnswered() throws Exception {
        Gate gate = new Gate();
        String assistant = server.newAssistant();
        String thread = server.newThread();
        String waiting = waitingRun();
        server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        try (EventReader reader = server.run(assistant, thread)) {
            List<Event> all = new ArrayList<>(reader.until("thread.message.delta"));
            Future<?> stopped = server.stop(Duration.ofMinutes(1));
            server.models().answer(request -> Script.chat("Another."));

            Answer refused = refusal("/threads/runs", "{\"assistant_id\": \"" + assistant + "\"}");
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            assertThat(refused.error().path("type").asText()).isEqualTo("server_error");
            assertThat(refused.error().path("message").asText()).contains("is stopping");
            assertThat(server.post(waiting + "/submit_tool_outputs", """
                    {"tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}]}""").status()).isEqualTo(503);
            assertThat(server.get(waiting).ok().path("status").asText()).isEqualTo("requires_action");
            assertThat(server.newThread()).startsWith("thread_");
            assertThat(stopped.isDone()).isFalse();

            gate.open();
            all.addAll(reader.rest());
            assertThat(names(all)).endsWith("thread.run.completed", "done");
            stopped.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private String waitingRun() {
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            return TestServer.runPath(reader.rest());
        }
    }

    @Test
    void aRunThatDoesNotEndInTimeGoesOnAtTheNextStartAndItsReadersReadOn() throws Exception {
        server.models().enqueue(Script.reply("Hel").stall(), Script.chat("Good day"));
        List<Event> seen;
        try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
            seen = new ArrayList<>(reader.until("thread.message.delta"));
            server.stop(Duration.ofMillis(200)).get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            seen.addAll(reader.rest());
        }
        assertThat(names(seen)).endsWith(
                "thread.message.delta", "thread.message.incomplete", "thread.run.step.failed", "thread.run.queued");
        RecordedRequest call = server.models().awaitRequest(0, TestServer.PATIENCE);
        assertThat(call.awaitDisconnect(TestServer.PATIENCE)).isTrue();

        server.restart();
        String run = TestServer.runPath(seen);
        try (EventReader reader = server.attach(run + "?stream=true&starting_after=" + seen.size())) {
            List<Event> rest = reader.rest();
            assertThat(names(rest)).startsWith("thread.run.in_progress", "thread.run.step.created")
                    .endsWith("thread.run.completed", "done");
            assertThat(only(rest, "thread.message.completed").json().at("/content/0/text/value").asText())
                    .isEqualTo("Good day");
        }
    }

    @Test
    void beingStoppedIsNoCrashHoweverOften() throws Exception {
        server.models().answer(request -> Script.reply("Hel").stall());
        String run;
        try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
            run = TestServer.runPath(reader.until("thread.message.delta"));
        }
        for (int stop = 1; stop <= 4; stop++) {
            server.stop(Duration.ZERO).get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            server.restart();
            try (EventReader reader = server.attach(run + "?stream=true")) {
                for (int message = 0; message <= stop; message++) {
                    reader.until("thread.message.delta");
                }
            }
        }
        assertThat(server.get(run).ok().path("status").asText()).isEqualTo("in_progress");
    }

    @Test
    void aRequestOnItsWayIsAnsweredOrCutAndWhatIsKeptIsNeverCalledAFailure() throws Exception {
        server.models().answer(request -> Script.chat("Hello"));
        String run = "{\"assistant_id\": \"" + server.newAssistant() + "\"}";
        Queue<String> kept = new ConcurrentLinkedQueue<>();
        Queue<Integer> otherwise = new ConcurrentLinkedQueue<>();
        try (ExecutorService clients = Executors.newCachedThreadPool()) {
            List<Future<?>> all = new ArrayList<>();
            for (String[] request : new String[][] {
                {"/threads", "{}"}, {"/threads", "{}"}, {"/threads/runs", run}, {"/threads/runs", run}}) {
                all.add(clients.submit(() -> postOn(request[0], request[1], kept, otherwise)));
            }
            while (kept.size() < 100) {
                Thread.onSpinWait();
            }
            server.stop(Duration.ofMillis(300)).get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            for (Future<?> one : all) {
                one.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
        assertThat(otherwise).isSubsetOf(503);
        server.restart();
        for (String thread : kept) {
            assertThat(server.get("/threads/" + thread).status()).as(thread).isEqualTo(200);
        }
    }

    private void postOn(String path, String json, Queue<String> kept, Queue<Integer> otherwise) {
        while (true) {
            try {
                Answer answer = server.post(path, json);
                if (answer.status() == 200) {
                    kept.add(answer.json().path(path.equals("/threads") ? "id" : "thread_id").asText());
                } else {
                    otherwise.add(answer.status());
                }
            } catch (UncheckedIOException | IllegalArgumentException e) {
                return; // cut, or no longer listening, and so without a port
            }
        }
    }

    @Test
    void aFollowerOfARunThatWaitsIsLetGo() throws Exception {
        String waiting = waitingRun();
        try (EventReader reader = server.attach(waiting + "?stream=true&follow=true")) {
            reader.until("thread.run.requires_action");
            server.stop(Duration.ofMinutes(1)).get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(reader.rest()).isEmpty();
        }
        server.restart();
        assertThat(server.get(waiting).ok().path("status").asText()).isEqualTo("requires_action");
    }
}
