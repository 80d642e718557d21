package dev.runnel.server.log;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.sqlite.JournalStore;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Tracks which part of the database's journal is still needed: the segments that are not yet in their run's log. The
 * rest is deleted in portions, so that no commit takes long. Rows are deleted from the oldest on, so one old segment
 * keeps all later rows too. When the needed part grows too large, the journal asks the runs with the oldest segments to
 * copy them to their logs. Thread-safe.
 */
final class Journal {
    /** How many bytes may be needed before runs are asked to copy. After a crash, the start reads about this much. */
    private static final long MAX_BYTES = 16 << 20;

    private static final long PORTION_BYTES = 1 << 20;

    private final Database database;

    // Guarded by this. A place is the number of bytes that were written to the journal before.
    private long end;
    private long begin;
    private boolean trimming;

    /** The place of each run's first segment that is still needed, by run; oldest first. */
    private final SequencedMap<Long, Long> needed = new LinkedHashMap<>();

    /** The callbacks of those runs that were not asked yet, by run; oldest first. */
    private final SequencedMap<Long, Runnable> unasked = new LinkedHashMap<>();

    /** An empty journal. */
    Journal(Database database) {
        this.database = database;
    }

    /**
     * Assigns a place to a run's segment. The segment need not be written in the end: a gap does no harm.
     *
     * @param ask called when the run should copy its segments to its log; must be quick
     */
    long place(long run, int bytes, Runnable ask) {
        long place;
        Runnable oldest = null;
        synchronized (this) {
            place = end;
            end += bytes;
            if (needed.putIfAbsent(run, place) == null) {
                unasked.put(run, ask);
            }
            if (end - needed.firstEntry().getValue() > MAX_BYTES && !unasked.isEmpty()) {
                oldest = unasked.pollFirstEntry().getValue();
            }
        }
        if (oldest != null) {
            oldest.run();
        }
        return place;
    }

    /** Says that all segments of a run are now in its log. */
    void release(long run) {
        synchronized (this) {
            needed.remove(run);
            unasked.remove(run);
        }
        trim();
    }

    private void trim() {
        long place;
        synchronized (this) {
            long unneeded = needed.isEmpty() ? end : needed.firstEntry().getValue();
            place = Math.min(unneeded, begin + PORTION_BYTES);
            boolean due = place == begin + PORTION_BYTES || (needed.isEmpty() && place > begin);
            if (trimming || !due) {
                return;
            }
            trimming = true;
        }
        database.submit(
                sql -> {
                    JournalStore.trim(sql, place);
                    return true;
                },
                done -> trimmed(place),
                failure -> notTrimmed());
    }

    private void trimmed(long place) {
        synchronized (this) {
            begin = place;
            trimming = false;
        }
        trim();
    }

    /** The next release tries again. */
    private synchronized void notTrimmed() {
        trimming = false;
    }
}
