package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;

/**
 * The statements that count how often a run was tried without coming to rest: the column {@code crashes}. A try counts from its begin,
 * so that whatever ends the process cannot keep it from being counted. Static and without state.
 */
public final class CrashStore {
    private CrashStore() {}

    /** How often a run was tried without coming to rest, the try under way included. */
    public static int tries(Sql sql, String runId) throws SQLException {
        return sql.first(row -> row.getInt(1), "SELECT crashes FROM runs WHERE id = ?", runId).orElse(0);
    }

    /** A try begins. */
    public static void begin(Sql sql, String runId) throws SQLException {
        sql.update("UPDATE runs SET crashes = crashes + 1 WHERE id = ?", runId);
    }

    /** The try under way came to rest, or was given up in order, and does not count. */
    public static void rest(Sql sql, String runId) throws SQLException {
        sql.update("UPDATE runs SET crashes = crashes - 1 WHERE id = ? AND crashes > 0", runId);
    }
}
