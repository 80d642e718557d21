package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.Optional;

/** The statements about idempotency keys. Static and without state. */
public final class IdempotencyStore {
    private IdempotencyStore() {}

    /**
     * The result of a request.
     *
     * @param request the request's fingerprint
     * @param threadId the thread that the request used or created
     * @param objectId the object in the response
     * @param position the position of the run's log before the request, if the response was a run
     */
    public record Done(String request, String threadId, String objectId, long position) {}

    /** The result of the request under a project's key, if it was made after this time, in seconds since the epoch. */
    public static Optional<Done> find(Sql sql, String project, String key, long after) throws SQLException {
        return sql.first(
                row -> new Done(row.getString(1), row.getString(2), row.getString(3), row.getLong(4)),
                "SELECT request, thread_id, object_id, position FROM idempotency_keys"
                        + " WHERE project = ? AND value = ? AND created_at > ?",
                project,
                key,
                after);
    }

    /**
     * Keeps a request's result.
     *
     * @param after results that were made until this time are replaced
     * @return false if there is a later result under the same key, of a request that another node has carried out
     */
    public static boolean put(Sql sql, String project, String key, Done done, long now, long after)
            throws SQLException {
        return sql.update(
                "INSERT INTO idempotency_keys (project, value, request, thread_id, object_id, position, created_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project, value) DO UPDATE SET"
                        + " request = excluded.request, thread_id = excluded.thread_id,"
                        + " object_id = excluded.object_id, position = excluded.position,"
                        + " created_at = excluded.created_at WHERE idempotency_keys.created_at <= ?",
                project,
                key,
                done.request(),
                done.threadId(),
                done.objectId(),
                done.position(),
                now,
                after) > 0;
    }

    /** Removes keys that were used at this time or before, at most {@code limit}; returns how many were removed. */
    public static int deleteUntil(Sql sql, long time, int limit) throws SQLException {
        return sql.update(
                "DELETE FROM idempotency_keys WHERE (project, value) IN"
                        + " (SELECT project, value FROM idempotency_keys WHERE created_at <= ? LIMIT ?)",
                time,
                limit);
    }
}
