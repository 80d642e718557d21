package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.List;

/**
 * The statements about due work: work that one node must do once, at a given time. A row says that a kind of work is
 * due for a subject. Taking a row moves its time into the future, as a lease does: if the node that took it dies, the
 * work is due again at that time. The fence tells one taking from the next. Times are in milliseconds since the epoch.
 * Static and without state.
 */
public final class DueStore {
    /** The kind of work that expires a run; its subject is the run's id. */
    public static final String EXPIRE_RUN = "expire_run";

    /** The kind of work that removes a thread that was made for one run; its subject is the thread's id. */
    public static final String REMOVE_THREAD = "remove_thread";

    /** The kind of work that makes a store's file searchable; its subject is the file's number. */
    public static final String INGEST_FILE = "ingest_file";

    private DueStore() {}

    /**
     * Work that was taken.
     *
     * @param fence greater than the fence of any earlier taking
     */
    public record Due(String kind, String subject, long fence) {}

    /** Schedules work for a time, in place of an earlier schedule. A node that has taken the work loses it. */
    public static void put(Sql sql, String kind, String subject, long dueAt) throws SQLException {
        sql.update(
                "INSERT INTO due_work (kind, subject, due_at, fence) VALUES (?, ?, ?, 0) ON CONFLICT (kind, subject)"
                        + " DO UPDATE SET due_at = excluded.due_at, owner = NULL, fence = due_work.fence + 1",
                kind,
                subject,
                dueAt);
    }

    /** Cancels work. */
    public static void remove(Sql sql, String kind, String subject) throws SQLException {
        sql.update("DELETE FROM due_work WHERE kind = ? AND subject = ?", kind, subject);
    }

    /** Makes due what a node of this name had taken: it has ended. */
    public static void free(Sql sql, String owner, long now) throws SQLException {
        sql.update("UPDATE due_work SET due_at = ?, owner = NULL WHERE owner = ?", now, owner);
    }

    /** Whether any work of a kind is due at a time. */
    public static boolean isAnyDue(Sql sql, String kind, long now) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM due_work WHERE kind = ? AND due_at <= ? LIMIT 1", kind, now)
                .isPresent();
    }

    /**
     * Takes work of one kind that is due, the longest overdue first. Does not wait for other nodes: work that another node is
     * taking is left to that node.
     *
     * @param until when the work is due again, unless it is done by then
     */
    public static List<Due> take(Sql sql, String kind, String owner, long now, long until, int limit)
            throws SQLException {
        return sql.list(
                row -> new Due(row.getString(1), row.getString(2), row.getLong(3)),
                "UPDATE due_work SET owner = ?, fence = fence + 1, due_at = ? WHERE (kind, subject) IN"
                        + " (SELECT kind, subject FROM due_work WHERE kind = ? AND due_at <= ? ORDER BY due_at LIMIT ?"
                        + sql.skipLocked() + ") RETURNING kind, subject, fence",
                owner,
                until,
                kind,
                now,
                limit);
    }

    /**
     * Whether work that was taken is still its taker's: it has not been taken again since, scheduled anew or cancelled. If so,
     * it stays so until the transaction ends.
     */
    public static boolean hold(Sql sql, Due due) throws SQLException {
        return sql.update(
                "UPDATE due_work SET owner = owner WHERE kind = ? AND subject = ? AND fence = ?",
                due.kind(),
                due.subject(),
                due.fence()) > 0;
    }

    /** Puts off when work that was taken is due again, as its worker goes on. */
    public static void renew(Sql sql, Due due, long until) throws SQLException {
        sql.update(
                "UPDATE due_work SET due_at = ? WHERE kind = ? AND subject = ? AND fence = ? AND owner IS NOT NULL",
                until,
                due.kind(),
                due.subject(),
                due.fence());
    }

    /** Removes work that was taken and is done. False if it was taken again since, scheduled anew or cancelled. */
    public static boolean done(Sql sql, Due due) throws SQLException {
        return sql.update(
                "DELETE FROM due_work WHERE kind = ? AND subject = ? AND fence = ?",
                due.kind(),
                due.subject(),
                due.fence()) > 0;
    }

    /**
     * Gives back work that was taken, due at another time. False if it was taken again since, scheduled anew or
     * cancelled.
     */
    public static boolean putOff(Sql sql, Due due, long dueAt) throws SQLException {
        return sql.update(
                "UPDATE due_work SET due_at = ?, owner = NULL WHERE kind = ? AND subject = ? AND fence = ?",
                dueAt,
                due.kind(),
                due.subject(),
                due.fence()) > 0;
    }

    /** Moves all times back, after the clock was set back by so much: work stays due after the same delay. */
    public static void shift(Sql sql, long back) throws SQLException {
        sql.update("UPDATE due_work SET due_at = due_at - ?", back);
    }
}
