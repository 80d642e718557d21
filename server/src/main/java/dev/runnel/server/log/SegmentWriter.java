package dev.runnel.server.log;

import dev.runnel.server.store.LogStore;
import dev.runnel.server.store.LogStore.Segment;
import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes one run's entries to the journal, and copies them to the run's log when they make a large segment, when the run comes to
 * rest, or when the journal asks for it. For the writer's thread, but that it may be asked by any.
 */
final class SegmentWriter {
    /**
     * What the journal alone may have of a run: less than its live log holds, for no reader looks into the journal; and so much that with
     * what comes next it makes one segment that is nearly full.
     */
    private static final int MAX_JOURNALLED_BYTES = Segment.MAX_BYTES / 8 * 7;

    private static final int MAX_JOURNALLED_ENTRIES = LiveLog.MAX_ENTRIES / 2;

    private final long run;
    private final Journal journal;
    private final Runnable submit;

    /** What the journal alone has. */
    private final List<Segment> journalled = new ArrayList<>();

    private int journalledBytes;
    private long copied;
    private volatile boolean asked;

    /** What was written last, and is not committed. */
    private Written written = new Written.Nothing();

    private sealed interface Written {
        record Nothing() implements Written {}

        record ToJournal(Segment segment) implements Written {}

        record ToLog(long last) implements Written {}
    }

    /**
     * A writer.
     *
     * @param copied the last of the run's events that is in its log
     * @param submit has the writer's thread write this run's entries, even if there are none
     */
    SegmentWriter(long run, long copied, Journal journal, Runnable submit) {
        this.run = run;
        this.copied = copied;
        this.journal = journal;
        this.submit = submit;
    }

    /** The journal wants the run's segments in the log. */
    private void ask() {
        asked = true;
        submit.run();
    }

    /** Writes entries, if there are any. May be done again after a transaction that was rolled back. */
    void write(Sql sql, List<LogEntry> entries) throws SQLException {
        if (entries.isEmpty()) {
            written = asked ? toLog(sql, journalled) : new Written.Nothing();
            return;
        }
        List<Segment> added = Segments.pack(entries);
        if (asked || areLarge(added) || entries.stream().anyMatch(LogEntry::atRest)) {
            written = toLog(sql, Stream.concat(journalled.stream(), added.stream()).toList());
        } else {
            Segment segment = added.getFirst(); // the only one: more are large
            LogStore.journal(sql, journal.place(run, segment.events().length, this::ask), run, segment);
            written = new Written.ToJournal(segment);
        }
    }

    /** Whether these segments and what the journal has make a large one. */
    private boolean areLarge(List<Segment> added) {
        int bytes = added.stream().mapToInt(segment -> segment.events().length).sum();
        return journalledBytes + bytes > MAX_JOURNALLED_BYTES
                || added.getLast().last() - copied > MAX_JOURNALLED_ENTRIES;
    }

    private Written toLog(Sql sql, List<Segment> segments) throws SQLException {
        if (segments.isEmpty()) {
            return new Written.Nothing();
        }
        LogStore.append(sql, run, Segment.join(segments));
        return new Written.ToLog(segments.getLast().last());
    }

    /** What was written is committed. */
    void committed() {
        switch (written) {
            case Written.Nothing _ -> {
            }
            case Written.ToJournal(Segment segment) -> {
                journalled.add(segment);
                journalledBytes += segment.events().length;
            }
            case Written.ToLog(long last) -> {
                copied = last;
                asked = false;
                journalled.clear();
                journalledBytes = 0;
                journal.release(run);
            }
        }
    }
}
