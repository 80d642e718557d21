package dev.runnel.server.log;

import dev.runnel.protocol.RunEvent;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.rows.LogStore.Segment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The promises of the logs of runs, for each kind of storage. */
public abstract class RunLogContract extends LogFixture {
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
        List<LogEntry> early = reader.next(Duration.ZERO) instanceof LogReader.Read.Events(List<LogEntry> entries)
                ? entries
                : List.of(); // a kind of database may find an entry only when the log is recovered
        List<LogEntry> durable = entries(run);
        assertNumbered(durable, 1, 2);
        LogAppender again = open(run, durable);
        again.append(note("two"));
        again.append(status("r", "failed"));
        again.end();

        assertThat(texts(read(run, 1))).startsWith("\"one\"", "\"two\"").hasSize(3);
        assertThat(reader.next(PATIENCE)).isInstanceOfSatisfying(
                LogReader.Read.Events.class,
                events -> assertThat(events.entries().getFirst().position()).isEqualTo(2 + early.size()));
    }

    /** The worker and a request may both meet the failure, and one of them late. */
    @Test
    void aLogThatIsGivenUpTwiceIsItsNextAppendersAllTheSame() throws InterruptedException {
        long run = newRun("r");
        LogAppender appender = open(run, List.of());
        appender.append(note("one"));
        appender.flush();
        assertThat(appender.abandon()).isTrue();
        LogAppender again = open(run, entries(run));
        again.append(note("two"));
        again.flush();

        assertThat(appender.abandon()).isFalse();

        long other = newRun("q");
        LogAppender lost = open(other, List.of());
        lost.append(note("lost"));
        lost.flush();
        lost.abandon();
        assertNumbered(entries(other), 1, 1);
        LogAppender found = open(other, entries(other)); // an outage hits many runs: all that were given up are recovered now
        found.append(note("found"));
        found.end();
        again.append(note("three"));
        again.flush();
        assertNumbered(read(run, 0), 1, 3);
        again.append(status("r", "completed"));
        again.end();
        assertThat(texts(entries(run))).startsWith("\"one\"", "\"two\"", "\"three\"").hasSize(4);
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

        assertThat(entries(run)).isEmpty();
        assertThat(reader.next(PATIENCE)).isInstanceOf(LogReader.Read.End.class);
        assertThat(log.read(run, 0).next(PATIENCE)).isInstanceOf(LogReader.Read.End.class);
        log.remove(run);
        crash();
        assertThat(entries(run)).isEmpty();
        assertThat(texts(entries(other))).containsExactly("\"stays\"");
    }

    @Test
    void aReaderThatWasAtTheEndGetsTheLastEventsThoughTheyAreRemoved() throws InterruptedException {
        long run = newRun("r");
        LogAppender appender = open(run, List.of());
        appender.append(note("said"));
        appender.flush();
        LogReader reader = log.read(run, 0);
        assertThat(reader.next(PATIENCE)).isInstanceOf(LogReader.Read.Events.class);

        appender.append(status("r", "completed"));
        appender.end();
        log.remove(run);

        assertThat(reader.next(PATIENCE)).isInstanceOfSatisfying(
                LogReader.Read.Events.class, it -> assertThat(it.entries().getLast().terminal()).isTrue());
        assertThat(reader.next(PATIENCE)).isEqualTo(new LogReader.Read.End(true));
    }
}
