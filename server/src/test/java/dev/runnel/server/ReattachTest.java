package dev.runnel.server;

import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
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

import static org.assertj.core.api.Assertions.assertThat;

/** Reading a run's stream again: every event after a position, once, in order. */
@Timeout(30)
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
        for (int after = 0; after < all.size(); after++) {
            assertThat(attach(run, after)).as("after " + after).isEqualTo(all.subList(after, all.size()));
        }
        assertThat(attach(run, 1_000_000)).isEqualTo(all.subList(all.size() - 1, all.size()));
        try (EventReader reader = server.attach(run + "?stream=true")) {
            assertThat(reader.rest()).isEqualTo(all);
        }
    }

    @Test
    void lastEventIdIsAsGoodAndTheParameterWinsOverIt() {
        List<Event> all = server.run();
        String run = TestServer.runPath(all);
        try (EventReader reader = server.attach(run + "?stream=true", "Last-Event-ID", "5")) {
            assertThat(reader.rest()).isEqualTo(all.subList(5, all.size()));
        }
        try (EventReader reader = server.attach(run + "?stream=true&starting_after=7", "Last-Event-ID", "5")) {
            assertThat(reader.rest()).isEqualTo(all.subList(7, all.size()));
        }
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
                assertThat(one.get()).isEqualTo(all);
            }
        }
    }

    /** Hangs up after every so many events and re-attaches where it was. */
    private List<Event> readWithBreaks(String run, int events) {
        List<Event> seen = new ArrayList<>();
        while (true) {
            try (EventReader reader = server.attach(run + "?stream=true&starting_after=" + seen.size())) {
                for (int i = 0; i < events; i++) {
                    Event event = reader.next();
                    if (event == null) {
                        return seen;
                    }
                    seen.add(event);
                }
            }
            if (seen.getLast().name().equals("done")) {
                return seen;
            }
        }
    }

    @Test
    void theLogOutlivesTheServer() {
        server.models().enqueue(Script.chat("a", "b", "c"));
        List<Event> all = server.run();
        String run = TestServer.runPath(all);
        server.restart();

        for (int after : new int[] {0, 4, all.size() - 1}) {
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
