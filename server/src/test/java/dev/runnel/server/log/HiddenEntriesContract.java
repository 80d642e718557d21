package dev.runnel.server.log;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Entries that the Assistants API does not show: they have a position, and no number on the wire. */
public abstract class HiddenEntriesContract extends LogFixture {
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
}
