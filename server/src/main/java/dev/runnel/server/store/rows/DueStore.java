package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.List;

/**
 * The statements about work that must be done once, at its time, by one node. A row says that a kind of work is due for a subject. Taking a
 * row puts its time off by a lease: if its taker dies, it is due again then. The fence tells one taker from the next. Times are in
 * milliseconds since the epoch. Static and without state.
 */
public final class DueStore {
    /** The kind of work that ends a run whose time is over; its subject is the run's id. */
    public static final String EXPIRE_RUN = "expire_run";

    private DueStore() {}

    /**
     * Work that was taken.
     *
     * @param fence greater than that of any taker before
     */
    public record Due(String kind, String subject, long fence) {}

    /** Has work be done at a time, in place of an earlier time for it; whoever has it taken already loses it. */
    public static void put(Sql sql, String kind, String subject, long dueAt) throws SQLException {
        sql.update(
                "INSERT INTO due_work (kind, subject, due_at, fence) VALUES (?, ?, ?, 0) ON CONFLICT (kind, subject)"
                        + " DO UPDATE SET due_at = excluded.due_at, owner = NULL, fence = due_work.fence + 1",
                kind,
                subject,
                dueAt);
    }

    /** Has work not be done any more. */
    public static void remove(Sql sql, String kind, String subject) throws SQLException {
        sql.update("DELETE FROM due_work WHERE kind = ? AND subject = ?", kind, subject);
    }

    /** Whether any work is due at a time. */
    public static boolean isAnyDue(Sql sql, long now) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM due_work WHERE due_at <= ? LIMIT 1", now).isPresent();
    }

    /**
     * Takes work that is due, the longest due first. It waits for nobody: work that another node takes at the same moment is left to it.
     *
     * @param until when it is due again, unless it is done by then
     */
    public static List<Due> take(Sql sql, String owner, long now, long until, int limit) throws SQLException {
        return sql.list(
                row -> new Due(row.getString(1), row.getString(2), row.getLong(3)),
                "UPDATE due_work SET owner = ?, fence = fence + 1, due_at = ? WHERE (kind, subject) IN"
                        + " (SELECT kind, subject FROM due_work WHERE due_at <= ? ORDER BY due_at LIMIT ?"
                        + sql.skipLocked() + ") RETURNING kind, subject, fence",
                owner,
                until,
                now,
                limit);
    }

    /** Work that was taken is done; false if another has it by now, or it is not to be done any more. */
    public static boolean done(Sql sql, Due due) throws SQLException {
        return sql.update(
                "DELETE FROM due_work WHERE kind = ? AND subject = ? AND fence = ?",
                due.kind(),
                due.subject(),
                due.fence()) > 0;
    }

    /** Gives work that was taken back, due at another time; false if another has it by now, or it is not to be done any more. */
    public static boolean putOff(Sql sql, Due due, long dueAt) throws SQLException {
        return sql.update(
                "UPDATE due_work SET due_at = ?, owner = NULL WHERE kind = ? AND subject = ? AND fence = ?",
                dueAt,
                due.kind(),
                due.subject(),
                due.fence()) > 0;
    }

    /** The clock was set back: what was due in some time still is. */
    public static void shift(Sql sql, long back) throws SQLException {
        sql.update("UPDATE due_work SET due_at = due_at - ?", back);
    }
}
