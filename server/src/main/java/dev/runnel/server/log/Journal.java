package dev.runnel.server.log;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.sqlite.JournalStore;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The part of the database's journal that is needed: each run's segments that are not in its log. The rest is deleted, in portions, so
 * that no commit takes long. A run whose segments have been here for too long is asked to copy them to its log, because they keep all
 * later rows too. Thread-safe.
 */
final class Journal {
    /** What it may hold before runs are asked. After a crash so much is read at the start. */
    private static final long MAX_BYTES = 16 << 20;

    private static final long PORTION_BYTES = 1 << 20;

    private final Database database;

    // Guarded by this. A place is the number of bytes that were written before.
    private long end;
    private long begin;
    private boolean trimming;

    /** The place of the first segment that is needed, by run; oldest first. */
    private final SequencedMap<Long, Long> needed = new LinkedHashMap<>();

    /** How to ask those of them that were not asked yet; oldest first. */
    private final SequencedMap<Long, Runnable> unasked = new LinkedHashMap<>();

    /** An empty one. */
    Journal(Database database) {
        this.database = database;
    }

    /**
     * A place for a segment of a run. It need not come to be written: a gap does no harm.
     *
     * @param ask called if the run is to copy what it has here to its log; must be quick
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

    /** All that a run has here is in its log. */
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
