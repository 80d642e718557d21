package dev.runnel.server.log;

import dev.runnel.server.backend.PostgresServer;
import dev.runnel.server.store.Connections;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.Notices;
import dev.runnel.server.store.OwnershipLostException;
import dev.runnel.server.store.postgres.DatabaseTime;
import dev.runnel.server.store.postgres.PostgresConnections;
import dev.runnel.server.store.postgres.PostgresLeases;
import dev.runnel.server.store.postgres.PostgresUrl;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.time.SystemTimers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes append to one run, and their statements come in every order with few switches between the nodes: more with
 * {@code -Dschedules.switches=N}. In each order there is one log, which holds each event that a node was told is durable in its place.
 */
@Timeout(600)
class LeaseSchedulesTest {
    private static final int SWITCHES = Integer.getInteger("schedules.switches", 2);
    private static final String LOCK_AWAITED = "SELECT 1 FROM pg_locks WHERE NOT granted";

    /** Whoever takes or renews a lease loses it at once. */
    private static final String LAPSE = """
            CREATE FUNCTION lapse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.lease_end := 1; RETURN NEW; END';
            CREATE TRIGGER lapse BEFORE UPDATE ON runs FOR EACH ROW WHEN (NEW.lease_end > 0) EXECUTE FUNCTION lapse()
            """;

    @TempDir
    Path folder;

    private final StatementTurns turns = new StatementTurns(
            () -> !PostgresServer.column(folder, LOCK_AWAITED).isEmpty());

    private final List<Node> nodes = new ArrayList<>();
    private int runs;

    /** What a node does with a run. */
    @FunctionalInterface
    private interface Part {
        void run(Node node, Course course) throws InterruptedException;
    }

    private final class Node implements AutoCloseable {
        private final String name;
        private final Database database;
        private final RunLog log;

        Node(String name) {
            this.name = name;
            PostgresUrl url = PostgresUrl.of(PostgresServer.url(folder)).orElseThrow();
            Connections connections = turns.of(name, PostgresConnections.open(url));
            DatabaseTime time = new DatabaseTime(System::currentTimeMillis);
            database = Database.on(connections);
            log = RunLog.shared(
                    database, new PostgresLeases(database, url, name, time, SystemTimers.get()), Notices.NONE,
                    SystemTimers.get());
        }

        @Nullable
        LogAppender take(long run) {
            Optional<Lease> lease = log.take(run);
            return lease.map(taken -> log.append(taken, log.replay(run, _ -> {}).stream().toList())).orElse(null);
        }

        @Override
        public void close() {
            log.close();
            database.close();
        }
    }

    /** One run in one order of the nodes' statements. */
    private final class Course {
        private final String id = "run_" + ++runs;
        private final long run = nodes.getFirst().database
                .write(sql -> Store.insert(sql, "p", LogFixture.run(id, "queued")))
                .orElseThrow();
        private final Map<Long, String> durable = new TreeMap<>();

        /** Appends an event, and notes where it is once it is durable. */
        void append(LogAppender appender, String text) throws InterruptedException {
            long position = appender.append(LogFixture.note(text));
            appender.flush();
            synchronized (durable) {
                durable.put(position, "\"" + text + "\"");
            }
        }

        /** All parts at once, each on a node of its own. */
        void play(Choices choices, Part... parts) throws InterruptedException {
            turns.begin(nodes.stream().limit(parts.length).map(node -> node.name).toList());
            List<CompletableFuture<Void>> playing = new ArrayList<>();
            for (int i = 0; i < parts.length; i++) {
                Node node = nodes.get(i);
                Part part = parts[i];
                playing.add(CompletableFuture.runAsync(() -> play(node, part), Thread::startVirtualThread));
            }
            String last = "";
            for (List<String> waiting = turns.waiting(); !waiting.isEmpty(); waiting = turns.waiting()) {
                last = choices.next(waiting, last);
                turns.give(last);
            }
            try {
                playing.forEach(CompletableFuture::join);
            } catch (CompletionException e) {
                throw new AssertionError("a node failed " + choices, e);
            }
        }

        private void play(Node node, Part part) {
            try {
                part.run(node, this);
                node.database.write(_ -> true); // a lease that was given up meanwhile is written
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                turns.done(node.name);
            }
        }

        void check(Choices choices) {
            List<LogEntry> log = new ArrayList<>();
            nodes.getFirst().log.replay(run, log::add);
            List<String> texts = LogFixture.texts(log);
            assertThat(log).as("%s", choices).extracting(LogEntry::position)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, log.size()).boxed().toList());
            assertThat(texts).as("%s", choices).doesNotHaveDuplicates();
            durable.forEach((position, text) -> assertThat(texts.get(Math.toIntExact(position - 1))).as("%s", choices)
                    .isEqualTo(text));
        }
    }

    /** Goes through all orders with few switches: each differs from the one before in its last choice that can be another. */
    private static final class Choices {
        private record Choice(List<String> from, int taken) {
            String node() {
                return from.get(taken);
            }
        }

        private final List<Choice> made = new ArrayList<>();
        private int at;
        private int switches;

        /** The node whose turn it is, of those that wait. The node that had the turn before may go on. */
        String next(List<String> waiting, String last) {
            List<String> from = new ArrayList<>(waiting);
            boolean goesOn = from.remove(last);
            if (goesOn) {
                from.addFirst(last);
            }
            if (goesOn && switches == SWITCHES) {
                from = List.of(last);
            }
            int taken = at < made.size() ? Math.min(made.get(at).taken, from.size() - 1) : 0;
            Choice choice = new Choice(List.copyOf(from), taken);
            if (at < made.size()) {
                made.set(at, choice);
            } else {
                made.add(choice);
            }
            at++;
            switches += goesOn && taken > 0 ? 1 : 0;
            return choice.node();
        }

        /** Goes to the next order; false if there is none. */
        boolean advance() {
            while (made.size() > at) {
                made.removeLast();
            }
            while (!made.isEmpty() && made.getLast().taken + 1 == made.getLast().from.size()) {
                made.removeLast();
            }
            at = 0;
            switches = 0;
            if (made.isEmpty()) {
                return false;
            }
            Choice last = made.removeLast();
            made.add(new Choice(last.from, last.taken + 1));
            return true;
        }

        @Override
        public String toString() {
            return "in the order " + made.stream().map(Choice::node).toList();
        }
    }

    @BeforeEach
    void open() {
        nodes.add(new Node("a"));
        nodes.add(new Node("b"));
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
    }

    private int explore(Part... parts) throws InterruptedException {
        Choices choices = new Choices();
        int orders = 0;
        do {
            Course course = new Course();
            course.play(choices, parts);
            course.check(choices);
            orders++;
        } while (choices.advance());
        return orders;
    }

    /** What a node does with a run that it has taken. */
    @FunctionalInterface
    private interface Appending {
        void to(LogAppender appender) throws InterruptedException;
    }

    /** Takes the run if that can be, and appends to where its log ends until the other node has it. */
    private static void taking(Node node, Course course, Appending appending) throws InterruptedException {
        LogAppender appender = node.take(course.run);
        if (appender == null) {
            return;
        }
        try {
            appending.to(appender);
        } catch (OwnershipLostException e) {
            // the other node has it
        } finally {
            appender.abandon();
        }
    }

    private static void takeAndAppend(Node node, Course course) throws InterruptedException {
        taking(node, course, appender -> course.append(appender, node.name + "1"));
    }

    /** Has the run rest, but writes to it again. */
    private static void restAndGoOn(Node node, Course course) throws InterruptedException {
        taking(node, course, appender -> {
            appender.append(LogFixture.status(course.id, "requires_action"));
            appender.flush();
            course.append(appender, node.name + "1");
        });
    }

    @Test
    void aLeaseThatLapsesAtAnyMoment() throws InterruptedException {
        PostgresServer.execute(folder, LAPSE);
        assertThat(explore(LeaseSchedulesTest::takeAndAppend, LeaseSchedulesTest::takeAndAppend)).isGreaterThan(50);
    }

    @Test
    void aLeaseThatIsGivenBackAndHadAgain() throws InterruptedException {
        assertThat(explore(LeaseSchedulesTest::restAndGoOn, LeaseSchedulesTest::takeAndAppend)).isGreaterThan(50);
    }
}
