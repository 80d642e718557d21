package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** The statements about the runs that have not ended, of all threads. Static and without state. */
public final class ActiveRuns {
    private ActiveRuns() {}

    /** A run that has not ended. */
    public record ActiveRun(String id, String threadId) {}

    /** The runs of a project that have not ended, by their numbers. */
    public static Map<Long, ActiveRun> of(Sql sql, String project) throws SQLException {
        Map<Long, ActiveRun> runs = new HashMap<>();
        sql.list(
                row -> runs.put(row.getLong(1), new ActiveRun(row.getString(2), row.getString(3))),
                "SELECT runs.seq, runs.id, runs.thread_id FROM runs JOIN threads ON threads.id = runs.thread_id"
                        + " WHERE runs.active AND threads.project = ?",
                project);
        return runs;
    }
}
