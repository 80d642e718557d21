package dev.runnel.server.engine.upkeep;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.RetentionStore;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Removes the events of runs that ended long enough ago, and the places of deleted objects in their lists. The runs,
 * their steps and messages stay. Thread-safe.
 */
public final class Retention {
    private static final int MARKED_AT_ONCE = 1_000;
    private static final int REMOVED_AT_ONCE = 50;

    /** How long a deleted object's id can still be used as a cursor of its list. */
    private static final Duration DELETED_KEPT = Duration.ofDays(1);

    private final Database database;
    private final InstantSource clock;
    private final Duration kept;

    public Retention(Database database, InstantSource clock, Duration kept) {
        this.database = database;
        this.clock = clock;
        this.kept = kept;
    }

    /** Marks a bounded number of runs that have ended: their retention begins. Returns whether there may be more. */
    public boolean markEnded() {
        return database.write(sql -> RetentionStore.markEnded(sql, now(), MARKED_AT_ONCE)) == MARKED_AT_ONCE;
    }

    /** Removes the events of a bounded number of runs whose retention is over. Returns whether there may be more. */
    public boolean removeOld() {
        long time = now() - kept.toSeconds();
        return database.write(sql -> RetentionStore.removeLogs(sql, time, REMOVED_AT_ONCE)) == REMOVED_AT_ONCE;
    }

    /** Marks a bounded number of deleted objects: their retention begins. Returns whether there may be more. */
    public boolean markDeleted() {
        return database.write(sql -> RetentionStore.markDeleted(sql, now(), MARKED_AT_ONCE)) == MARKED_AT_ONCE;
    }

    /**
     * Removes the places of a bounded number of deleted objects whose retention is over. Returns whether there may be
     * more.
     */
    public boolean removeDeleted() {
        long time = now() - DELETED_KEPT.toSeconds();
        return database.write(sql -> RetentionStore.removeDeleted(sql, time, MARKED_AT_ONCE)) == MARKED_AT_ONCE;
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
