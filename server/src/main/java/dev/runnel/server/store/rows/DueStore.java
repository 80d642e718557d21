package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The statements about due work: work that one node must do once, at a given time. A row says that a kind of work is
 * due for a subject. Taking a row moves its time into the future, as a lease does: if the node that took it dies, the
 * work is due again at that time. The fence tells one taking from the next. Work of some kinds has turns: a turn is the
 * name of a project, and the projects are served one after the other, however much work one of them has. Times are in
 * milliseconds since the epoch. Static and without state.
 */
public final class DueStore {
    /** The kind of work that expires a run; its subject is the run's id. */
    public static final String EXPIRE_RUN = "expire_run";

    /** The kind of work that removes a thread that was made for one run; its subject is the thread's id. */
    public static final String REMOVE_THREAD = "remove_thread";

    /** The kind of work that makes a store's file searchable; its subject is the file's number. */
    public static final String INGEST_FILE = "ingest_file";

    /** The turn of work that has no turns. */
    public static final String NO_TURN = "";

    private DueStore() {}

    /**
     * Work that was taken.
     *
     * @param fence greater than the fence of any earlier taking
     */
    public record Due(String kind, String subject, long fence) {}

    /** Schedules work without turns for a time, in place of an earlier schedule. A node that has taken the work loses it. */
    public static void put(Sql sql, String kind, String subject, long dueAt) throws SQLException {
        put(sql, kind, subject, NO_TURN, dueAt);
    }

    /** As {@link #put(Sql, String, String, long)}, for work of a turn. */
    public static void put(Sql sql, String kind, String subject, String turn, long dueAt) throws SQLException {
        sql.update(
                "INSERT INTO due_work (kind, subject, turn, due_at, fence) VALUES (?, ?, ?, ?, 0)"
                        + " ON CONFLICT (kind, subject) DO UPDATE SET turn = excluded.turn, due_at = excluded.due_at,"
                        + " owner = NULL, fence = due_work.fence + 1",
                kind,
                subject,
                turn,
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
     * The turn of a kind that has due work and comes next after a turn, in the order of their names; after the last one comes
     * the first. Empty if nothing of the kind is due.
     */
    public static Optional<String> turnAfter(Sql sql, String kind, String turn, long now) throws SQLException {
        Optional<String> later = firstTurn(sql, kind, ">", turn, now);
        return later.isPresent() ? later : firstTurn(sql, kind, ">=", NO_TURN, now);
    }

    private static Optional<String> firstTurn(Sql sql, String kind, String from, String turn, long now)
            throws SQLException {
        return sql.first(
                row -> row.getString(1),
                "SELECT turn FROM due_work WHERE kind = ? AND turn " + from
                        + " ? AND due_at <= ? ORDER BY turn, due_at LIMIT 1",
                kind,
                turn,
                now);
    }

    /**
     * Takes work of one kind and turn that is due, the longest overdue first. Does not wait for other nodes: work that another node is
     * taking is left to that node.
     *
     * @param until when the work is due again, unless it is done by then
     */
    public static List<Due> take(Sql sql, String kind, String turn, String owner, long now, long until, int limit)
            throws SQLException {
        return sql.list(
                row -> new Due(row.getString(1), row.getString(2), row.getLong(3)),
                "UPDATE due_work SET owner = ?, fence = fence + 1, due_at = ? WHERE (kind, subject) IN"
                        + " (SELECT kind, subject FROM due_work WHERE kind = ? AND turn = ? AND due_at <= ? ORDER BY due_at LIMIT ?"
                        + sql.skipLocked() + ") RETURNING kind, subject, fence",
                owner,
                until,
                kind,
                turn,
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
