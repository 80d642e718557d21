package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.Set;

/**
 * The statements by which a node asks for something of the node that executes a run: the columns {@code asked} and
 * {@code cancel_asked}. Static and without state.
 */
public final class AskStore {
    private AskStore() {}

    /** Asks the owner of a run to look at its row: its metadata has changed, or it has expired. */
    public static void look(Sql sql, String runId) throws SQLException {
        sql.update("UPDATE runs SET asked = TRUE WHERE id = ? AND active", runId);
    }

    /** Asks for a run's end. The wish stays until the run has ended, also if the run changes its owner. False if it has ended. */
    public static boolean cancel(Sql sql, String runId) throws SQLException {
        return sql.update("UPDATE runs SET asked = TRUE, cancel_asked = TRUE WHERE id = ? AND active", runId) > 0;
    }

    /** Says that the owner of a run looks at its row now. */
    public static void seen(Sql sql, String runId) throws SQLException {
        sql.update("UPDATE runs SET asked = FALSE WHERE id = ? AND asked", runId);
    }

    /** The numbers of the active runs whose end was asked for. */
    public static Set<Long> cancelAsked(Sql sql) throws SQLException {
        return Set.copyOf(sql.list(row -> row.getLong(1), "SELECT seq FROM runs WHERE active AND cancel_asked"));
    }

    /** Whether a run's end was asked for. */
    public static boolean isCancelAsked(Sql sql, String runId) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM runs WHERE id = ? AND cancel_asked", runId).isPresent();
    }
}
