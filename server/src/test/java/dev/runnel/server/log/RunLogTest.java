package dev.runnel.server.log;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.backend.Backend;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.OwnershipLostException;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.rows.LogStore.Segment;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.store.sqlite.LocalLeases;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class RunLogTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long JOURNAL_LIMIT = 16 << 20;

    @TempDir
    Path folder;

    private Database database;
    private final LocalLeases leases = new LocalLeases();
    private RunLog log;

    @BeforeEach
    void open() {
        database = Backend.of("sqlite:" + folder.resolve("runnel.db")).open(false).database();
        log = RunLog.journaled(database, leases);
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** What was committed is there, and nothing else of the server's is. */
    private void crash() {
        close();
        open();
    }

    private static Run run(String id, String status) {
        return Json.read(
                "{\"id\":\"%s\",\"assistant_id\":\"a\",\"thread_id\":\"thread_%s\",\"model\":\"m\",\"status\":\"%s\"}"
                        .formatted(id, id, status).getBytes(StandardCharsets.UTF_8),
                Run.class);
    }

    private long newRun(String id) {
        return database.write(sql -> Store.insert(sql, run(id, "queued"))).orElseThrow();
    }

    private LogAppender open(long run, List<LogEntry> written) {
        return log.append(log.take(run).orElseThrow(), written);
    }

    private static RunEvent note(String text) {
        return new RunEvent.Unknown("note", JsonValue.of(text));
    }

    private static HiddenEvent hidden(String text) {
        return new HiddenEvent("thought", JsonValue.of(text));
    }

    private static RunEvent status(String id, String status) {
        return RunEvent.RunChanged.of(run(id, status));
    }

    private List<LogEntry> read(long run, long after) throws InterruptedException {
        List<LogEntry> entries = new ArrayList<>();
        LogReader reader = log.read(run, after);
        while (reader.next(Duration.ZERO) instanceof LogReader.Read.Events events) {
            entries.addAll(events.entries());
        }
        return entries;
    }

    private static List<Long> numbers(List<LogEntry> entries) {
        return entries.stream().map(LogEntry::number).toList();
    }

    private List<LogEntry> entries(long run) {
        List<LogEntry> entries = new ArrayList<>();
        log.replay(run, entries::add);
        return entries;
    }

    private static void assertNumbered(List<LogEntry> entries, long first, long last) {
        assertThat(entries).extracting(LogEntry::position)
                .containsExactlyElementsOf(LongStream.rangeClosed(first, last).boxed().toList());
    }

    private static List<String> texts(List<LogEntry> entries) {
        return entries.stream().map(entry -> new String(entry.data(), StandardCharsets.UTF_8)).toList();
    }

    private long journalBytes() {
        return database.read(sql -> sql.first(
                row -> row.getLong(1), "SELECT COALESCE(SUM(LENGTH(parts)), 0) FROM journal")).orElseThrow();
    }

    private long segments(long run) {
        return database.read(sql -> sql.first(
                row -> row.getLong(1), "SELECT COUNT(*) FROM log WHERE position >> 32 = ?", run)).orElseThrow();
    }

    private void awaitEmptyJournal() throws InterruptedException {
        while (journalBytes() > 0) {
            Thread.sleep(5);
        }
    }

    @Test
    void manyRunsThatAreWrittenAtOnceAreReadBackWholeFromAnyPosition() throws InterruptedException {
        List<Long> runs = new ArrayList<>();
        List<LogAppender> appenders = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            runs.add(newRun("r" + i));
            appenders.add(open(runs.get(i), List.of()));
        }
        for (int event = 1; event <= 2_000; event++) {
            for (int i = 0; i < 10; i++) {
                appenders.get(i).append(note("event " + event + " of run " + i + " " + "x".repeat(event % 100)));
            }
        }
        for (LogAppender appender : appenders) {
            appender.flush();
        }
        for (long run : runs) {
            assertNumbered(read(run, 0), 1, 2_000);
            assertNumbered(read(run, 777), 778, 2_000);
        }
        List<String> seen = texts(read(runs.get(3), 0));
        assertThat(seen.get(1_233)).startsWith("\"event 1234 of run 3 ");

        crash();

        for (int i = 0; i < 10; i++) {
            assertThat(texts(entries(runs.get(i))))
                    .first().asString().startsWith("\"event 1 of run " + i);
            assertNumbered(entries(runs.get(i)), 1, 2_000);
        }
        assertThat(texts(read(runs.get(3), 0))).isEqualTo(seen);
        assertThat(journalBytes()).isZero();
    }

    @Test
    void aRunThatEndsLeavesNothingInTheJournalAndFewSegments() throws InterruptedException {
        long run = newRun("r");
        LogAppender appender = open(run, List.of());
        for (int i = 1; i <= 999; i++) {
            appender.append(note("x".repeat(200)));
            appender.flush();
        }
        appender.append(status("r", "completed"));
        appender.end();

        assertNumbered(read(run, 0), 1, 1_000);
        assertThat(log.read(run, 1_000).next(PATIENCE)).isInstanceOf(LogReader.Read.End.class);
        assertThat(segments(run)).isLessThan(12);
        awaitEmptyJournal();
    }

    @Test
    void aSilentRunDoesNotKeepTheJournalFromBeingTrimmed() throws InterruptedException {
        long silent = newRun("silent");
        LogAppender waits = open(silent, List.of());
        waits.append(note("thinking"));
        waits.flush();
        LogAppender busy = open(newRun("busy"), List.of());
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 32; j++) {
                busy.append(note("x".repeat(20_000)));
                busy.flush();
            }
            assertThat(journalBytes()).isLessThan(JOURNAL_LIMIT + JOURNAL_LIMIT / 4);
        }
        waits.append(note("done"));
        waits.flush();
        assertThat(texts(read(silent, 0))).containsExactly("\"thinking\"", "\"done\"");

        crash();

        assertThat(texts(entries(silent))).containsExactly("\"thinking\"", "\"done\"");
    }

    @Test
    void aLogThatWasGivenUpIsReadOnWhereItWas() throws InterruptedException {
        long run = newRun("r");
        LogAppender appender = open(run, List.of());
        appender.append(status("r", "requires_action")); // at rest: it goes to the log
        appender.flush();
        appender.append(note("one"));
        appender.flush();
        appender.append(sql -> {
            throw new IllegalStateException("a bug");
        }, note("lost"));
        assertThatThrownBy(appender::flush).isInstanceOf(StoreException.class);
        appender.abandon();

        LogReader reader = log.read(run, 1);
        assertThat(reader.next(Duration.ZERO)).isInstanceOf(LogReader.Read.Silence.class);
        List<LogEntry> durable = entries(run);
        assertNumbered(durable, 1, 2);
        LogAppender again = open(run, durable);
        again.append(note("two"));
        again.append(status("r", "failed"));
        again.end();

        assertThat(texts(read(run, 1))).startsWith("\"one\"", "\"two\"").hasSize(3);
        assertThat(reader.next(PATIENCE)).isInstanceOfSatisfying(
                LogReader.Read.Events.class, events -> assertThat(events.entries().getFirst().position()).isEqualTo(2));
    }

    @Test
    void aLogThatWasGivenUpAfterItsEndEndsStreams() throws InterruptedException {
        long run = newRun("r");
        LogAppender appender = open(run, List.of());
        appender.append(status("r", "completed"));
        appender.flush();
        appender.abandon();

        assertThat(log.read(run, 1).next(Duration.ZERO)).isInstanceOf(LogReader.Read.End.class);
    }

    @Test
    void anEventThatIsLargerThanMemoryHoldsLeavesNoGap() throws InterruptedException {
        long run = newRun("r");
        LogAppender appender = open(run, List.of());
        appender.append(note("small"));
        appender.flush();
        appender.append(note("x".repeat(1_000_000)));
        appender.append(note("last"));
        appender.flush();

        assertNumbered(read(run, 0), 1, 3);
    }

    @Test
    void aReaderTakesLittleAtOnceHoweverMuchThereIs() throws InterruptedException {
        long run = newRun("r");
        LogAppender appender = open(run, List.of());
        RunEvent[] burst = new RunEvent[3_000];
        Arrays.fill(burst, note("x".repeat(300)));
        burst[1_000] = note("x".repeat(1_000_000));
        appender.append(burst);
        appender.flush();
        appender.append(Arrays.copyOf(burst, 500)); // in memory
        appender.flush();

        assertThat(takenAtOnce(run)).isLessThanOrEqualTo(Segment.MAX_BYTES);
        appender.append(status("r", "completed"));
        appender.end();
        assertThat(takenAtOnce(run)).isLessThanOrEqualTo(Segment.MAX_BYTES);
        assertNumbered(read(run, 0), 1, 3_501);
    }

    /** The most that one read brings of a run's events, but for an event that comes alone. */
    private int takenAtOnce(long run) throws InterruptedException {
        int most = 0;
        LogReader reader = log.read(run, 0);
        while (reader.next(Duration.ZERO) instanceof LogReader.Read.Events(List<LogEntry> entries)) {
            if (entries.size() > 1) {
                most = Math.max(most, entries.stream().mapToInt(LogEntry::size).sum());
            }
        }
        return most;
    }

    @Test
    void whatACrashLeavesInTheJournalIsReadInFewPortions() throws InterruptedException {
        long run = newRun("r");
        LogAppender appender = open(run, List.of());
        for (int i = 1; i <= 100; i++) {
            appender.append(note("x".repeat(200)));
            appender.flush();
        }

        crash();

        assertNumbered(read(run, 0), 1, 100);
        assertThat(segments(run)).isLessThan(3);
    }

    /** Keeps the writer busy, so that what is handed to it meanwhile comes into one group. */
    private CountDownLatch holdWriter() throws InterruptedException {
        CountDownLatch holds = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        database.submit(
                sql -> {
                    holds.countDown();
                    try {
                        return released.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                done -> {},
                failure -> {});
        holds.await();
        return released;
    }

    private long journalRows() {
        return database.read(sql -> sql.first(row -> row.getLong(1), "SELECT COUNT(*) FROM journal")).orElseThrow();
    }

    @Test
    void whatManyRunsHaveOfOneGroupIsAFewRowsAndReadBackWhole() throws InterruptedException {
        List<Long> runs = new ArrayList<>();
        List<LogAppender> appenders = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            runs.add(newRun("r" + i));
            appenders.add(open(runs.get(i), List.of()));
        }
        CountDownLatch writer = holdWriter();
        for (int i = 0; i < 80; i++) {
            appenders.get(i).append(note(i + "x".repeat(20_000)));
        }
        writer.countDown();
        for (LogAppender appender : appenders) {
            appender.flush();
        }
        assertThat(journalRows()).isEqualTo(2); // 1.6 MB

        crash();

        for (int i = 0; i < 80; i++) {
            assertThat(texts(entries(runs.get(i)))).containsExactly("\"" + i + "x".repeat(20_000) + "\"");
        }
        assertThat(journalRows()).isZero();
    }

    @Test
    void aRowIsKeptForTheLastOfItsRunsThatNeedsIt() throws InterruptedException {
        LogAppender begin = open(newRun("begin"), List.of());
        begin.append(note("x".repeat(15_000)));
        begin.flush();
        begin.append(note("x".repeat(5_000)));
        begin.flush();
        List<LogAppender> others = new ArrayList<>();
        for (int i = 0; i < 52; i++) {
            others.add(open(newRun("other" + i), List.of()));
        }
        long needs = newRun("needs");
        LogAppender last = open(needs, List.of());
        CountDownLatch writer = holdWriter();
        for (LogAppender other : others) {
            other.append(note("x".repeat(20_000)));
        }
        last.append(note("needed")); // beyond the first MiB, and in a row that began before it
        writer.countDown();
        last.flush();

        begin.append(status("begin", "completed"));
        begin.end();
        for (int i = 0; i < 52; i++) {
            others.get(i).append(status("other" + i, "completed"));
            others.get(i).end();
        }
        while (journalRows() > 1) {
            Thread.sleep(5);
        }
        crash();

        assertThat(texts(entries(needs))).containsExactly("\"needed\"");
    }

    @Test
    void aGroupThatIsRolledBackForAnothersSakeIsNotWrittenTwice() throws InterruptedException {
        long before = newRun("before");
        long after = newRun("after");
        LogAppender first = open(before, List.of());
        LogAppender second = open(after, List.of());
        first.append(note("one"));
        second.append(note("one"));
        first.flush();
        second.flush();
        CountDownLatch writer = holdWriter();
        first.append(note("before"));
        CompletableFuture<RuntimeException> failed = new CompletableFuture<>();
        database.submit(sql -> sql.update("INSERT INTO no_such_table VALUES (1)"), done -> {}, failed::complete);
        second.append(note("after"));
        writer.countDown();
        first.flush();
        second.flush();
        assertThat(failed.join()).isInstanceOf(StoreException.class);

        crash();

        assertThat(texts(entries(before))).containsExactly("\"one\"", "\"before\"");
        assertThat(texts(entries(after))).containsExactly("\"one\"", "\"after\"");
    }

    @Test
    void removedEventsEndAStreamAndStayAway() throws InterruptedException {
        long run = newRun("r");
        LogAppender appender = open(run, List.of());
        for (int i = 0; i < 100; i++) {
            appender.append(note("x".repeat(30_000)));
            appender.flush();
        }
        appender.append(status("r", "completed"));
        appender.end();
        long other = newRun("other");
        open(other, List.of()).append(note("stays"));
        LogReader reader = log.read(run, 0);
        assertThat(reader.next(PATIENCE)).isInstanceOf(LogReader.Read.Events.class);

        log.remove(run);

        assertThat(segments(run)).isZero();
        assertThat(reader.next(PATIENCE)).isInstanceOf(LogReader.Read.End.class);
        assertThat(log.read(run, 0).next(PATIENCE)).isInstanceOf(LogReader.Read.End.class);
        log.remove(run);
        crash();
        assertThat(entries(run)).isEmpty();
        assertThat(texts(entries(other))).containsExactly("\"stays\"");
    }

    /** Appends shown and hidden entries, enough for several segments; answers how many are shown. */
    private long appendMixed(LogAppender appender) throws InterruptedException {
        String filling = "x".repeat(1_000);
        long shown = 0;
        for (int i = 0; i < 200; i++) {
            if (i % 3 == 0) {
                appender.append(note(++shown + filling));
            } else {
                appender.append(hidden(filling));
            }
        }
        return shown;
    }

    @Test
    void hiddenEntriesHaveAPositionAndNoNumber() throws InterruptedException {
        long run = newRun("run_1");
        LogAppender appender = open(run, List.of());
        long shown = appendMixed(appender);
        appender.append(status("run_1", "completed"));
        shown++;
        appender.flush();

        List<LogEntry> live = read(run, 0);
        assertThat(numbers(live)).containsExactlyElementsOf(LongStream.rangeClosed(1, shown).boxed().toList());
        assertThat(live).allMatch(LogEntry::shown);
        appender.end();
        assertThat(texts(read(run, 0))).isEqualTo(texts(live));
        assertThat(numbers(read(run, 0))).isEqualTo(numbers(live));
        assertThat(entries(run)).hasSize(201).extracting(LogEntry::position)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 201).boxed().toList());
    }

    @Test
    void aNumberIsFoundAmongHiddenEntriesInMemoryInTheLogAndAfterACrash() throws InterruptedException {
        long run = newRun("run_1");
        LogAppender appender = open(run, List.of());
        long shown = appendMixed(appender);
        appender.flush();

        for (long after = 0; after <= shown; after++) {
            List<Long> rest = LongStream.rangeClosed(after + 1, shown).boxed().toList();
            assertThat(numbers(read(run, after))).as("live, after %d", after).isEqualTo(rest);
        }
        crash();
        for (long after = 0; after <= shown; after++) {
            List<Long> rest = LongStream.rangeClosed(after + 1, shown).boxed().toList();
            assertThat(numbers(read(run, after))).as("stored, after %d", after).isEqualTo(rest);
        }
    }

    @Test
    void afterARestartNumbersGoOnFromTheLastShownEntry() throws InterruptedException {
        long run = newRun("run_1");
        LogAppender first = open(run, List.of());
        first.append(note("one"));
        first.append(hidden("two"));
        first.append(hidden("three"));
        first.flush();
        crash();

        LogAppender second = open(run, entries(run));
        second.append(note("four"));
        second.flush();
        assertThat(read(run, 0)).extracting(LogEntry::position).containsExactly(1L, 4L);
        assertThat(numbers(read(run, 0))).containsExactly(1L, 2L);
        assertThat(numbers(read(run, 1))).containsExactly(2L);
    }

    @Test
    void aReaderThatIsAheadOfTheLogGetsWhatComesAfterItsNumber() throws InterruptedException {
        long run = newRun("run_1");
        LogAppender appender = open(run, List.of());
        appender.append(note("one"));
        appender.flush();
        LogReader ahead = log.read(run, 3);
        assertThat(ahead.next(Duration.ZERO)).isEqualTo(new LogReader.Read.Silence());
        appender.append(note("two"), note("three"), note("four"));
        appender.flush();
        assertThat(ahead.next(PATIENCE)).isInstanceOfSatisfying(
                LogReader.Read.Events.class, events -> assertThat(numbers(events.entries())).containsExactly(4L));
    }

    @Test
    void whoLostTheLeaseWritesNothingMoreAndTheNewOwnerGoesOn() throws InterruptedException {
        long run = newRun("run_1");
        LogAppender first = open(run, List.of());
        first.append(note("one"));
        first.flush();
        LogReader reader = log.read(run, 1);
        Lease taken = log.take(run).orElseThrow();

        first.append(note("too late"));
        assertThatThrownBy(first::flush).isInstanceOf(OwnershipLostException.class);
        assertThatThrownBy(() -> first.append(note("later still"))).isInstanceOf(OwnershipLostException.class);
        first.abandon();

        List<LogEntry> durable = entries(run);
        assertThat(texts(durable)).containsExactly("\"one\"");
        LogAppender second = log.append(taken, durable);
        second.append(note("two"));
        second.flush();
        assertThat(reader.next(PATIENCE)).isInstanceOfSatisfying(
                LogReader.Read.Events.class, events -> assertThat(texts(events.entries())).containsExactly("\"two\""));
    }

    @Test
    void anotherRunsLossOfItsLeaseHarmsNobodyInTheSameCommit() throws InterruptedException {
        long lost = newRun("lost");
        long kept = newRun("kept");
        LogAppender loser = open(lost, List.of());
        LogAppender keeper = open(kept, List.of());
        Lease taken = log.take(lost).orElseThrow();
        assertThat(taken.run()).isEqualTo(lost);
        for (int i = 0; i < 20; i++) {
            keeper.append(note("kept"));
            if (i == 10) {
                loser.append(note("lost"));
            }
        }
        keeper.flush();
        assertNumbered(read(kept, 0), 1, 20);
        assertThatThrownBy(loser::flush).isInstanceOf(OwnershipLostException.class);
    }

    @Test
    void aLeaseThatWasGivenBackIsNeverGoodAgain() throws InterruptedException {
        long run = newRun("run_1");
        Lease first = log.take(run).orElseThrow();
        log.append(first, List.of()).end();
        Lease second = log.take(run).orElseThrow();
        assertThat(second.fence()).isGreaterThan(first.fence());
        assertThatThrownBy(() -> database.read(sql -> {
            leases.check(sql, first);
            return true;
        })).isInstanceOf(OwnershipLostException.class);
    }
}
