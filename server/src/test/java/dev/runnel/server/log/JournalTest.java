package dev.runnel.server.log;

import dev.runnel.server.backend.Backend;
import dev.runnel.server.backend.Backends;
import dev.runnel.testkit.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The journal that all runs share on SQLite: few rows, few segments, and nothing that no run needs. */
class JournalTest extends LogFixture {
    private static final long JOURNAL_LIMIT = 16 << 20;

    @Override
    protected Backend backend(Path in) {
        return Backends.of("sqlite:" + in.resolve("runnel.db"));
    }

    private long journalBytes() {
        return database.read(sql -> sql.first(
                row -> row.getLong(1), "SELECT COALESCE(SUM(LENGTH(parts)), 0) FROM journal")).orElseThrow();
    }

    private long journalRows() {
        return database.read(sql -> sql.first(row -> row.getLong(1), "SELECT COUNT(*) FROM journal")).orElseThrow();
    }

    private long segments(long run) {
        return database.read(sql -> sql.first(
                row -> row.getLong(1), "SELECT COUNT(*) FROM log WHERE position >> 32 = ?", run)).orElseThrow();
    }

    private void awaitEmptyJournal() throws InterruptedException {
        Await.until("the journal is empty", () -> journalBytes() == 0);
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
        Await.until("one row is left in the journal", () -> journalRows() <= 1);
        crash();

        assertThat(texts(entries(needs))).containsExactly("\"needed\"");
    }

    @Test
    void aRestartEmptiesTheJournal() throws InterruptedException {
        long run = newRun("r");
        LogAppender appender = open(run, List.of());
        appender.append(note("one"));
        appender.flush();
        assertThat(journalRows()).isPositive();

        crash();

        assertThat(journalRows()).isZero();
        assertThat(segments(run)).isEqualTo(1);
    }
}
