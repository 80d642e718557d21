package dev.runnel.server;

import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static org.assertj.core.api.Assertions.assertThat;

/** Reading a run's stream again: every event after a position, once, in order. */
@Timeout(180)
class ReattachTest {
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

    private List<Event> attach(String run, long after) {
        try (EventReader reader = server.attach(run + "?stream=true&starting_after=" + after)) {
            return reader.rest();
        }
    }

    @Test
    void everyPositionOfARunThatHasEndedGivesExactlyTheRest() {
        server.models().enqueue(Script.chat("a", "b", "c"));
        List<Event> all = server.run();
        String run = TestServer.runPath(all);
        for (int after = 0; after < all.size() - 1; after++) {
            assertThat(attach(run, after)).as("after " + after).isEqualTo(all.subList(after, all.size()));
        }
        try (EventReader reader = server.attach(run + "?stream=true")) {
            assertThat(reader.rest()).isEqualTo(all);
        }
    }

    @Test
    void whoeverHasSeenTheEndIsToldThatNothingComes() {
        List<Event> all = server.run();
        String run = TestServer.runPath(all);
        for (int after : new int[] {all.size() - 1, 1_000_000}) {
            Answer answer = server.get(run + "?stream=true&starting_after=" + after);
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void lastEventIdIsAsGoodAndTheLargerOfTheTwoCounts() {
        List<Event> all = server.run();
        String run = TestServer.runPath(all);
        try (EventReader reader = server.attach(run + "?stream=true", "Last-Event-ID", "5")) {
            assertThat(reader.rest()).isEqualTo(all.subList(5, all.size()));
        }
        try (EventReader reader = server.attach(run + "?stream=true&starting_after=7", "Last-Event-ID", "5")) {
            assertThat(reader.rest()).isEqualTo(all.subList(7, all.size()));
        }
        try (EventReader reader = server.attach(run + "?stream=true&starting_after=3", "Last-Event-ID", "5")) {
            assertThat(reader.rest()).isEqualTo(all.subList(5, all.size()));
        }
    }

    @Test
    void aRunThatNeverWasHasNoStream() {
        Answer answer = server.get("/threads/" + server.newThread() + "/runs/run_none?stream=true");
        assertThat(answer.status()).isEqualTo(404);
    }

    @Test
    void aFollowerStaysThroughTheRoundsOfToolCallsToTheEnd() {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{}")),
                Script.toolCalls(ToolCall.of("call_2", "weather", "{}")),
                Script.chat("It rains."));
        List<Event> all = new ArrayList<>();
        String run;
        try (EventReader first = server.run(server.newWeatherAssistant(), server.newThread())) {
            all.addAll(withoutDone(first.rest()));
            run = TestServer.runPath(all);
        }
        try (EventReader follower = server.attach(run + "?stream=true&follow=true");
                EventReader fromHere = server.attach(run + "?stream=true&follow=true&starting_after=" + all.size())) {
            assertThat(follower.until("thread.run.requires_action")).isEqualTo(all);
            for (String call : new String[] {"call_1", "call_2"}) {
                try (EventReader round = server.stream(run + "/submit_tool_outputs", """
                        {"stream": true, "tool_outputs": [{"tool_call_id": "%s", "output": "rain"}]}"""
                        .formatted(call))) {
                    List<Event> events = round.rest();
                    all.addAll(call.equals("call_2") ? events : withoutDone(events));
                }
            }
            int seen = names(all).indexOf("thread.run.requires_action") + 1;
            assertThat(follower.rest()).isEqualTo(all.subList(seen, all.size()));
            assertThat(fromHere.rest()).isEqualTo(all.subList(seen, all.size()));
        }
        assertThat(names(all)).endsWith("thread.run.completed", "done");
        try (EventReader late = server.attach(run + "?stream=true&follow=true")) {
            assertThat(late.rest()).isEqualTo(all);
        }
    }

    private static List<Event> withoutDone(List<Event> events) {
        return events.subList(0, events.size() - 1);
    }

    @Test
    void aPositionThatIsNoneIsRefused() {
        String run = TestServer.runPath(server.run());
        for (String wrong : new String[] {"-1", "abc", "1.5"}) {
            Answer answer = server.get(run + "?stream=true&starting_after=" + wrong);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error().path("param").asText()).isEqualTo("starting_after");
        }
    }

    @Test
    void withoutStreamTheRunItselfIsAnswered() {
        String run = TestServer.runPath(server.run());
        assertThat(server.get(run + "?stream=false").ok().path("object").asText()).isEqualTo("thread.run");
    }

    @Test
    void everyPositionOfALiveRunGivesThePastAndThenTheFuture() throws Exception {
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("a", "b").gate(gate).text("c", "d").end("stop"));
        try (EventReader first = server.run(server.newAssistant(), server.newThread());
                ExecutorService readers = Executors.newCachedThreadPool()) {
            List<Event> all = new ArrayList<>(first.until(event -> event.data().contains("\"value\":\"b\"")));
            String run = TestServer.runPath(all);
            int live = all.size();
            List<EventReader> attached = new ArrayList<>();
            for (int after = 0; after <= live; after++) {
                attached.add(server.attach(run + "?stream=true&starting_after=" + after));
            }
            List<Future<List<Event>>> rests = attached.stream().map(reader -> readers.submit(reader::rest)).toList();
            gate.open();
            all.addAll(first.rest());
            for (int after = 0; after <= live; after++) {
                assertThat(rests.get(after).get()).as("after " + after).isEqualTo(all.subList(after, all.size()));
            }
        }
    }

    @Test
    void manyReadersAtOnceSeeTheSameThoughTheyComeAndGo() throws Exception {
        String[] pieces = IntStream.range(0, 400).mapToObj(i -> i + " ").toArray(String[]::new);
        server.models().enqueue(Script.chat(pieces));
        try (EventReader first = server.run(server.newAssistant(), server.newThread());
                ExecutorService readers = Executors.newCachedThreadPool()) {
            List<Event> all = new ArrayList<>(first.until("thread.run.created"));
            String run = TestServer.runPath(all);
            List<Future<List<Event>>> seen = IntStream.range(0, 10)
                    .mapToObj(i -> readers.submit(() -> readWithBreaks(run, 5 + 7 * i)))
                    .toList();
            all.addAll(first.rest());

            assertThat(EventReader.text(all)).isEqualTo(String.join("", pieces));
            for (Future<List<Event>> one : seen) {
                assertThat(one.get()).isEqualTo(withoutDone(all));
            }
        }
    }

    /** Hangs up after every so many events and re-attaches where it was, until it has seen the end. */
    private List<Event> readWithBreaks(String run, int events) {
        List<Event> seen = new ArrayList<>();
        while (seen.isEmpty() || !seen.getLast().name().equals("thread.run.completed")) {
            try (EventReader reader = server.attach(run + "?stream=true&starting_after=" + seen.size())) {
                for (int i = 0; i < events; i++) {
                    Event event = reader.next();
                    if (event == null || event.name().equals("done")) {
                        break;
                    }
                    seen.add(event);
                }
            }
        }
        return seen;
    }

    @Test
    void theLogOutlivesTheServer() {
        server.models().enqueue(Script.chat("a", "b", "c"));
        List<Event> all = server.run();
        String run = TestServer.runPath(all);
        server.restart();

        for (int after : new int[] {0, 4, all.size() - 2}) {
            assertThat(attach(run, after)).isEqualTo(all.subList(after, all.size()));
        }
    }

    @Test
    void aReaderFarBehindALiveRunIsServedFromTheDatabaseAndCatchesUp() {
        Gate gate = new Gate();
        String[] pieces = IntStream.range(0, 3_000).mapToObj(i -> i + " ").toArray(String[]::new);
        server.models().enqueue(Script.reply(pieces).gate(gate).text("end").end("stop"));
        try (EventReader first = server.run(server.newAssistant(), server.newThread())) {
            List<Event> all = new ArrayList<>(first.until(event -> event.data().contains("\"2999 \"")));
            try (EventReader late = server.attach(TestServer.runPath(all) + "?stream=true")) {
                List<Event> seen = new ArrayList<>(late.until(event -> event.data().contains("\"2999 \"")));
                assertThat(seen).isEqualTo(all);
                gate.open();
                assertThat(late.rest()).isEqualTo(first.rest());
            }
        }
    }
}
