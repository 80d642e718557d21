package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;

/**
 * The statements that count how often a run was tried without coming to rest: the column {@code crashes}. A try is
 * counted when it begins, so that it counts however the process ends. Static and without state.
 */
public final class CrashStore {
    private CrashStore() {}

    /** How often a run was tried without coming to rest, including the current try. */
    public static int tries(Sql sql, String runId) throws SQLException {
        return sql.first(row -> row.getInt(1), "SELECT crashes FROM runs WHERE id = ?", runId).orElse(0);
    }

    /** Counts a try that begins. */
    public static void begin(Sql sql, String runId) throws SQLException {
        sql.update("UPDATE runs SET crashes = crashes + 1 WHERE id = ?", runId);
    }

    /** Removes the current try from the count: it came to rest, or was given up in order. */
    public static void rest(Sql sql, String runId) throws SQLException {
        sql.update("UPDATE runs SET crashes = crashes - 1 WHERE id = ? AND crashes > 0", runId);
    }
}
