package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.backend.PostgresServer;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.RandomInput;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.server.options.ServerOptions.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes and one run, whose lease lapses again and again while its owner does not know it. In any order of what happens there is one
 * log, which readers at both nodes see from the beginning to the end, no node refuses outputs that the run waits for, and what a node
 * has taken is in the run.
 */
@Timeout(240)
class NodesPropertyTest extends SharedDatabase {
    private static final int INPUTS = Integer.getInteger("nodes.inputs", 5);
    private static final int LONGEST = 16;
    private static final int MOST_LAPSES = 2;

    /** A lapse matters where the model goes on after it, and outputs come next. */
    private static final List<Step> STEPS = List.of(
            Step.LAPSE, Step.MODEL, Step.MODEL, Step.MODEL, Step.SUBMIT, Step.SUBMIT, Step.SUBMIT, Step.RELABEL);

    private static final int CALLS = 2;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();

    private final ConcurrentLinkedQueue<Gate> gates = new ConcurrentLinkedQueue<>();

    private enum Step {
        /** The model goes on. */
        MODEL,
        /** The lease lapses, and the other node takes it. */
        LAPSE,
        SUBMIT,
        RELABEL
    }

    /** The run as a client of one node sees it, which attaches again after each break. */
    private static final class Follower implements AutoCloseable {
        private final TestServer node;
        private final String run;
        private final List<Event> events = new ArrayList<>();
        private final Thread thread;
        private volatile boolean ended;

        Follower(TestServer node, String run) {
            this.node = node;
            this.run = run;
            this.thread = Thread.ofVirtual().start(this::follow);
        }

        private void follow() {
            while (!ended && !Thread.currentThread().isInterrupted()) {
                try (EventReader reader = node.attach(
                        run + "?stream=true&follow=true&starting_after=" + events().size())) {
                    for (Event event; (event = reader.next()) != null;) {
                        take(event);
                    }
                } catch (AssertionError | UncheckedIOException e) {
                    LockSupport.parkNanos(LOOK_NANOS); // refused for the moment, or cut
                }
            }
        }

        private synchronized void take(Event event) {
            if (event.name().equals("done")) {
                ended = true;
            } else {
                events.add(event);
            }
        }

        synchronized List<Event> events() {
            return List.copyOf(events);
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }

    /** One run in its course. */
    private final class Course {
        private final List<TestServer> nodes;
        private final List<Follower> followers;
        private final String run;
        private final List<String> taken = new ArrayList<>();
        private String label = "";
        private int lapses;
        private int answered;

        Course(List<TestServer> nodes) {
            this.nodes = nodes;
            TestServer first = nodes.getFirst();
            String thread = first.newThread();
            JsonNode created = first.post("/threads/" + thread + "/runs",
                    "{\"assistant_id\": \"" + first.newWeatherAssistant() + "\"}").ok();
            this.run = "/threads/" + thread + "/runs/" + created.path("id").asText();
            this.followers = nodes.stream().map(node -> new Follower(node, run)).toList();
        }

        void step(Step step, TestServer node) {
            switch (step) {
                case MODEL -> goOn();
                case LAPSE -> {
                    if (lapses++ < MOST_LAPSES) {
                        lapse();
                    }
                }
                case SUBMIT -> submit(node);
                case RELABEL -> {
                    String next = "label " + taken.size() + lapses;
                    if (node.post(run, "{\"metadata\": {\"label\": \"" + next + "\"}}").status() == 200) {
                        label = next;
                    }
                }
            }
        }

        private void goOn() {
            for (Gate gate; (gate = gates.poll()) != null;) {
                gate.open();
            }
            await(() -> !gates.isEmpty() || waits() || ended());
        }

        /** Outputs that the run waits for are taken, or the node asks to come again. */
        private void submit(TestServer node) {
            List<Event> seen = mostSeen();
            if (!waits() || seen.size() == answered) {
                return;
            }
            String output = "output " + taken.size();
            String id = seen.getLast().json().at("/required_action/submit_tool_outputs/tool_calls/0/id").asText();
            Answer answer = node.post(run + "/submit_tool_outputs",
                    "{\"tool_outputs\": [{\"tool_call_id\": \"" + id + "\", \"output\": \"" + output + "\"}]}");
            assertThat(answer.status()).as(answer.body()).isIn(200, 503);
            if (answer.status() == 200) {
                answered = seen.size();
                taken.add(output);
                await(() -> !gates.isEmpty() || ended());
            }
        }

        private List<Event> mostSeen() {
            List<Event> a = followers.getFirst().events();
            List<Event> b = followers.getLast().events();
            return a.size() > b.size() ? a : b;
        }

        private boolean waits() {
            List<Event> seen = mostSeen();
            return !seen.isEmpty() && seen.getLast().name().equals("thread.run.requires_action");
        }

        private boolean ended() {
            return followers.stream().anyMatch(follower -> follower.ended);
        }

        void toTheEnd(RandomInput input) {
            while (!followers.stream().allMatch(follower -> follower.ended)) {
                submit(input.of(nodes));
                goOn();
                await(() -> !gates.isEmpty() || waits() || followers.stream().allMatch(follower -> follower.ended));
            }
        }

        void check() {
            List<Event> events = followers.getFirst().events();
            assertThat(followers.getLast().events()).isEqualTo(events);
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i).seq()).isEqualTo(i + 1);
            }
            JsonNode ended = nodes.getFirst().get(run).ok();
            assertThat(nodes.getLast().get(run).ok()).isEqualTo(ended);
            assertThat(ended.path("status").asText()).isIn("completed", "failed");
            assertThat(ended.at("/metadata/label").asText()).isEqualTo(label);
            List<String> outputs = StreamSupport.stream(
                    nodes.getLast().get(run + "/steps?order=asc").ok().path("data").spliterator(), false)
                    .map(step -> step.at("/step_details/tool_calls/0/function/output").asText()).toList();
            assertThat(outputs).containsAll(taken);
        }

        void close() {
            followers.forEach(Follower::close);
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Lets the lease lapse, if the run has one, until the other node has taken it. */
    private void lapse() {
        PostgresServer.execute(folder, """
                DO $$
                DECLARE before bigint = (SELECT max(fence) FROM runs WHERE active);
                BEGIN
                  WHILE EXISTS (SELECT 1 FROM runs WHERE active AND fence = before AND lease_end IS NOT NULL) LOOP
                    UPDATE runs SET lease_end = 1 WHERE active AND fence = before AND lease_end IS NOT NULL;
                    COMMIT;
                    PERFORM pg_sleep(0.01);
                  END LOOP;
                END $$""");
    }

    /** A node that asks every three seconds whether it has lost a lease, so that it often does not know it. */
    private TestServer nodeThatHearsLate() {
        TestServer node = node(options -> options.with(
                DATABASE, PostgresServer.url(folder).replace("lease=2", "lease=9")));
        node.models().answer(request -> {
            Gate gate = new Gate();
            gates.add(gate);
            long outputs = StreamSupport.stream(request.json().path("messages").spliterator(), false)
                    .filter(message -> message.path("role").asText().equals("tool")).count();
            return outputs < CALLS
                    ? Script.sse().gate(gate).calls(ToolCall.of("call_" + outputs, "weather", "{}")).end("tool_calls")
                    : Script.sse().text("It ").gate(gate).text("rains.").end("stop");
        });
        return node;
    }

    @Test
    void thereIsOneLogAndNothingIsRefusedThatTheRunWaitsFor() {
        List<TestServer> nodes = List.of(nodeThatHearsLate(), nodeThatHearsLate());
        RandomInput.forAll(INPUTS, input -> {
            Course course = new Course(nodes);
            try {
                for (Step step : input.list(3, LONGEST, () -> input.of(STEPS))) {
                    course.step(step, input.of(nodes));
                }
                course.toTheEnd(input);
                course.check();
            } finally {
                course.close();
            }
        });
    }
}
