package dev.runnel.server.log;

import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.LogStore;
import dev.runnel.server.store.rows.LogStore.Segment;
import dev.runnel.server.store.sqlite.JournalStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes one run's entries to the journal, and copies them to the run's log when they make a large segment, when the
 * run comes to rest, or when the journal asks for it. For the committing thread; the journal may ask from any thread.
 */
final class SegmentWriter implements RunLogStore.Writer {
    /**
     * How many bytes of a run only the journal may have. This is less than the live log holds, because readers do not
     * look into the journal. It is enough to nearly fill one segment together with the next events.
     */
    private static final int MAX_JOURNALLED_BYTES = Segment.MAX_BYTES / 8 * 7;

    private static final int MAX_JOURNALLED_ENTRIES = LiveLog.MAX_ENTRIES / 2;

    private final long run;
    private final Journal journal;
    private final Runnable submit;

    /** The entries that only the journal has. The live log holds the same entries, so they are in memory once. */
    private final List<LogEntry> journalled = new ArrayList<>();

    private int journalledBytes;
    private volatile boolean asked;

    /** The last write, which is not committed yet. */
    private Written written = new Written.Nothing();

    private sealed interface Written {
        record Nothing() implements Written {}

        record ToJournal(List<LogEntry> entries, int bytes) implements Written {}

        record ToLog() implements Written {}
    }

    /**
     * A writer.
     *
     * @param submit makes the committing thread write this run's entries, even if there are none
     */
    SegmentWriter(long run, Journal journal, Runnable submit) {
        this.run = run;
        this.journal = journal;
        this.submit = submit;
    }

    /** Called when the journal wants the run's segments in the log. */
    private void ask() {
        asked = true;
        submit.run();
    }

    @Override
    public void write(Sql sql, List<LogEntry> entries) throws SQLException {
        if (entries.isEmpty()) {
            written = asked ? toLog(sql, journalled) : new Written.Nothing();
            return;
        }
        int bytes = 0;
        boolean rests = false;
        for (LogEntry entry : entries) {
            bytes += entry.size();
            rests |= entry.atRest();
        }
        if (asked || rests || areMany(entries, bytes)) {
            written = toLog(sql, Stream.concat(journalled.stream(), entries.stream()).toList());
        } else {
            Segment segment = Segments.pack(entries, bytes);
            JournalStore.append(sql, journal.place(run, bytes, this::ask), run, segment);
            written = new Written.ToJournal(entries, bytes);
        }
    }

    /** Whether these entries and those in the journal are enough for a segment of the log. */
    private boolean areMany(List<LogEntry> added, int bytes) {
        return journalledBytes + bytes > MAX_JOURNALLED_BYTES
                || journalled.size() + added.size() > MAX_JOURNALLED_ENTRIES;
    }

    private Written toLog(Sql sql, List<LogEntry> entries) throws SQLException {
        if (entries.isEmpty()) {
            return new Written.Nothing();
        }
        LogStore.append(sql, run, Segments.pack(entries));
        return new Written.ToLog();
    }

    @Override
    public void committed() {
        switch (written) {
            case Written.Nothing _ -> {
            }
            case Written.ToJournal(List<LogEntry> entries, int bytes) -> {
                journalled.addAll(entries);
                journalledBytes += bytes;
            }
            case Written.ToLog _ -> {
                asked = false;
                journalled.clear();
                journalledBytes = 0;
                journal.release(run);
            }
        }
    }
}
