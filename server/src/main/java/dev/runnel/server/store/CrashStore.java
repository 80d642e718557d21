package dev.runnel.server.store;

import java.sql.SQLException;

/** The statements that count how often a run was cut off. Static and without state. */
public final class CrashStore {
    private CrashStore() {}

    /** How often a run was cut off. */
    public static int crashes(Sql sql, String runId) throws SQLException {
        return sql.first(row -> row.getInt(1), "SELECT crashes FROM runs WHERE id = ?", runId).orElse(0);
    }

    /** Counts one more. */
    public static void count(Sql sql, String runId) throws SQLException {
        sql.update("UPDATE runs SET crashes = crashes + 1 WHERE id = ?", runId);
    }
}
