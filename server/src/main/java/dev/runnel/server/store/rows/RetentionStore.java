package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.List;

/** The statements about how long events, and the places of deleted objects, are kept. Static and without state. */
public final class RetentionStore {
    private RetentionStore() {}

    /** Marks runs that have ended and are not marked yet, at most {@code limit}; returns how many were marked. */
    public static int markEnded(Sql sql, long now, int limit) throws SQLException {
        return sql.update(
                "UPDATE runs SET ended_at = ? WHERE seq IN (SELECT seq FROM runs"
                        + " WHERE NOT active AND NOT log_removed AND ended_at IS NULL LIMIT ?)",
                now,
                limit);
    }

    /**
     * Removes the logs of runs that were marked at this time or before, at most {@code limit}; returns how many were
     * removed.
     */
    public static int removeLogs(Sql sql, long time, int limit) throws SQLException {
        List<Long> runs = sql.list(
                row -> row.getLong(1),
                "SELECT seq FROM runs WHERE NOT active AND NOT log_removed AND ended_at <= ? ORDER BY ended_at LIMIT ?",
                time,
                limit);
        for (long run : runs) {
            LogStore.delete(sql, run);
            sql.update("UPDATE runs SET log_removed = TRUE WHERE seq = ?", run);
        }
        return runs.size();
    }

    /**
     * Marks the places of deleted objects that are not marked yet, at most {@code limit}; returns how many were marked.
     */
    public static int markDeleted(Sql sql, long now, int limit) throws SQLException {
        return sql.update(
                "UPDATE deleted SET deleted_at = ? WHERE (id, scope) IN"
                        + " (SELECT id, scope FROM deleted WHERE deleted_at IS NULL LIMIT ?)",
                now,
                limit);
    }

    /**
     * Removes the places of deleted objects that were marked at this time or before, at most {@code limit}; returns how
     * many were removed.
     */
    public static int removeDeleted(Sql sql, long time, int limit) throws SQLException {
        return sql.update(
                "DELETE FROM deleted WHERE (id, scope) IN (SELECT id, scope FROM deleted WHERE deleted_at <= ? LIMIT ?)",
                time,
                limit);
    }

    /** Whether a run's log has been removed. */
    public static boolean isLogRemoved(Sql sql, long run) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM runs WHERE seq = ? AND log_removed", run).isPresent();
    }
}
