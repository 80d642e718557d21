package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

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
                "SELECT seq, id, thread_id FROM runs WHERE project = ? AND active",
                project);
        return runs;
    }

    /** How many runs of a project have not ended. */
    public static long count(Sql sql, String project) throws SQLException {
        return sql.first(row -> row.getLong(1), "SELECT COUNT(*) FROM runs WHERE project = ? AND active", project)
                .orElse(0L);
    }

    /** The project of a run that has not ended; empty if the run has ended. */
    public static Optional<String> project(Sql sql, String id) throws SQLException {
        return sql.first(row -> row.getString(1), "SELECT project FROM runs WHERE id = ? AND active", id);
    }
}
