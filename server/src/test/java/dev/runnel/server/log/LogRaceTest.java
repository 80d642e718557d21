package dev.runnel.server.log;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.backend.Backends;
import dev.runnel.server.backend.Storage;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.rows.LogStore;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.store.sqlite.JournalStore;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many runs on one database at once, each with a writer whose writes fail now and then, and with readers that come at any time and from
 * any position. Held against the simplest log there is: a list. What is random follows from a seed, and the threads' timing.
 */
@Timeout(180)
class LogRaceTest {
    private static final int RUNS = Integer.getInteger("races", 100);
    private static final int AT_ONCE = 8;
    private static final int EVENTS = 40;
    private static final int READERS = 3;
    private static final Duration FOREVER = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private static Run run(String id, String status) {
        return Json.read(
                "{\"id\":\"%s\",\"assistant_id\":\"a\",\"thread_id\":\"thread_%s\",\"model\":\"m\",\"status\":\"%s\"}"
                        .formatted(id, id, status).getBytes(UTF_8),
                Run.class);
    }

    @Test
    void eachReaderGetsAllThatIsDurableOnceAndInOrder() throws Exception {
        long seed = System.nanoTime();
        try (Storage storage = Backends.of("sqlite:" + folder.resolve("runnel.db")).open(false, SystemTimers.get());
                ExecutorService runs = Executors.newFixedThreadPool(AT_ONCE)) {
            Database database = storage.database();
            RunLog log = storage.openLogs();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                Race race = new Race(database, log, "run_" + i, new Random(seed + i));
                all.add(runs.submit(() -> {
                    race.run();
                    return true;
                }));
            }
            for (Future<?> each : all) {
                get(each, seed);
            }
            awaitEmptyJournal(database);
        }
    }

    /** It is trimmed after the commits that made parts of it needless. */
    private static void awaitEmptyJournal(Database database) throws InterruptedException {
        Await.until("the journal is empty", () -> database.read(
                sql -> sql.first(row -> row.getLong(1), "SELECT COUNT(*) FROM journal")).orElseThrow() == 0);
    }

    private static void get(Future<?> race, long seed) throws InterruptedException {
        try {
            race.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError("with the seed " + seed, e);
        }
    }

    /** One run. */
    private static final class Race {
        private final Database database;
        private final RunLog log;
        private final String id;
        private final Random random;
        private final long number;
        private final List<LogEntry> first;

        Race(Database database, RunLog log, String id, Random random) {
            this.database = database;
            this.log = log;
            this.id = id;
            this.random = random;
            this.first = RunLog.first(List.of(RunEvent.RunChanged.of(LogRaceTest.run(id, "queued"))));
            this.number = database.write(sql -> {
                long inserted = Store.insert(sql, "p", LogRaceTest.run(id, "queued")).orElseThrow();
                LogStore.append(sql, inserted, Segments.pack(first));
                return inserted;
            });
        }

        void run() throws InterruptedException, ExecutionException {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<List<String>> written = threads.submit(this::write);
                List<Future<List<String>>> readers = new ArrayList<>();
                List<Integer> positions = new ArrayList<>();
                for (int i = 0; i < READERS; i++) {
                    int after = random.nextInt(3) * random.nextInt(EVENTS / 2);
                    int pause = random.nextInt(3_000);
                    positions.add(after);
                    readers.add(threads.submit(() -> read(after, pause)));
                }
                List<String> all = written.get();
                for (int i = 0; i < READERS; i++) {
                    int after = Math.min(positions.get(i), all.size());
                    assertThat(readers.get(i).get()).as("%s after %d", id, after)
                            .isEqualTo(all.subList(after, all.size()));
                }
            }
        }

        /** Appends events, taking the log up anew after a write that failed; answers what is then in it. */
        private List<String> write() throws InterruptedException {
            LogAppender appender = log.append(log.take(number).orElseThrow(), first);
            while (appender.position() < EVENTS) {
                try {
                    append(appender);
                } catch (StoreException e) {
                    appender.abandon();
                    appender = log.append(log.take(number).orElseThrow(), entries(number));
                }
            }
            while (true) {
                try {
                    appender.append(RunEvent.RunChanged.of(LogRaceTest.run(id, "completed")));
                    appender.end();
                    return read(0, 0);
                } catch (StoreException e) {
                    appender.abandon();
                    appender = log.append(log.take(number).orElseThrow(), entries(number));
                }
            }
        }

        private List<LogEntry> entries(long run) {
            List<LogEntry> entries = new ArrayList<>();
            log.replay(run, entries::add);
            return entries;
        }

        private void append(LogAppender appender) throws InterruptedException {
            RunEvent event = new RunEvent.Unknown("note", JsonValue.of(id + " " + random.nextInt()));
            switch (random.nextInt(20)) {
                case 0 -> appender.append(sql -> {
                    throw new IllegalStateException("a bug");
                }, event);
                case 1 -> appender.flush();
                case 2 -> appender.append(event, event, event);
                case 3 -> LockSupport.parkNanos(random.nextInt(1_000_000));
                default -> appender.append(event);
            }
        }

        /** Reads to the end, attaching again when a write has failed. */
        private List<String> read(long after, int pauseMicros) throws InterruptedException {
            LockSupport.parkNanos(1_000L * pauseMicros);
            List<String> seen = new ArrayList<>();
            while (true) {
                try {
                    readOn(log.read(number, after + seen.size()), seen);
                    return seen;
                } catch (StoreException e) {
                    LockSupport.parkNanos(1_000_000); // the writer takes the log up anew
                }
            }
        }

        /** Each event is durable when it is seen. */
        private void readOn(LogReader reader, List<String> seen) throws InterruptedException {
            while (true) {
                switch (reader.next(FOREVER)) {
                    case LogReader.Read.Events(List<LogEntry> entries) -> {
                        assertThat(entries.getLast().position()).isLessThanOrEqualTo(lastDurable());
                        seen.addAll(texts(entries));
                    }
                    case LogReader.Read.End(boolean ended) -> {
                        assertThat(ended).isTrue();
                        return;
                    }
                    case LogReader.Read read -> throw new AssertionError(id + " after " + seen.size() + ": " + read);
                }
            }
        }

        /** The journal is looked into first: what leaves it is in the log by then. */
        private long lastDurable() {
            return database.read(sql -> {
                List<LogStore.Segment> journal = JournalStore.read(sql, number);
                return Math.max(
                        journal.isEmpty() ? 0 : journal.getLast().last(),
                        LogStore.last(sql, number).map(LogStore.Segment::last).orElse(0L));
            });
        }

        private static List<String> texts(List<LogEntry> entries) {
            return entries.stream().map(entry -> entry.position() + " " + new String(entry.data(), UTF_8)).toList();
        }
    }
}
