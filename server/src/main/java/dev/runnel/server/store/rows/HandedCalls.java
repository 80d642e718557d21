package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The statements about calls of tools that one node asks another one to carry out. Times are in milliseconds since the epoch, by
 * the clock that all nodes follow. Static and without state.
 */
public final class HandedCalls {
    private static final String ALIVE = "(SELECT node FROM tool_nodes WHERE alive_until >= ?)";

    private HandedCalls() {}

    /**
     * A call that a node has taken.
     *
     * @param asker the node that waits for the answer
     * @param request what is asked, in the words of those who ask and answer
     */
    public record Taken(String id, String asker, String request) {}

    /**
     * How a call stands.
     *
     * @param alive whether the node that carries it out is there
     * @param answer null as long as there is none
     */
    public record Standing(boolean alive, @Nullable String answer) {}

    /** Says that a node is there until a time. */
    public static void alive(Sql sql, String node, long until) throws SQLException {
        sql.update("INSERT INTO tool_nodes (node, alive_until) VALUES (?, ?)"
                + " ON CONFLICT (node) DO UPDATE SET alive_until = excluded.alive_until", node, until);
    }

    /** Forgets the calls of nodes that are not there, and the nodes that have not been there since a time. */
    public static void forget(Sql sql, long now, long since) throws SQLException {
        sql.update("DELETE FROM handed_calls WHERE id IN (SELECT id FROM handed_calls WHERE node NOT IN " + ALIVE
                + " OR asker NOT IN " + ALIVE + sql.skipLocked() + ")", now, now);
        sql.update("DELETE FROM tool_nodes WHERE node IN (SELECT node FROM tool_nodes WHERE alive_until < ?"
                + sql.skipLocked() + ")", since);
    }

    /** Says that a node is there no longer. */
    public static void gone(Sql sql, String node) throws SQLException {
        sql.update("DELETE FROM tool_nodes WHERE node = ?", node);
        sql.update("DELETE FROM handed_calls WHERE node = ? OR asker = ?", node, node);
    }

    /** Asks a node to carry out a call. False if it is not there. */
    public static boolean ask(Sql sql, String id, String node, String asker, String request, long now)
            throws SQLException {
        return sql.update("INSERT INTO handed_calls (id, node, asker, request) SELECT ?, node, ?, ? FROM tool_nodes"
                + " WHERE node = ? AND alive_until >= ?", id, asker, request, node, now) > 0;
    }

    /** How a call stands; empty if it is asked for no longer. */
    public static Optional<Standing> find(Sql sql, String id, long now) throws SQLException {
        return sql.first(row -> new Standing(row.getBoolean(2), row.getString(1)),
                "SELECT answer, node IN " + ALIVE + " FROM handed_calls WHERE id = ?", now, id);
    }

    /** Removes a call: nobody waits for its answer any more. Returns whether it has been answered. */
    public static boolean remove(Sql sql, String id) throws SQLException {
        return sql.first(row -> row.getBoolean(1),
                "DELETE FROM handed_calls WHERE id = ? RETURNING answer IS NOT NULL", id).orElse(false);
    }

    /** Takes calls that a node is asked for, so that they are not taken again. */
    public static List<Taken> take(Sql sql, String node, int limit) throws SQLException {
        return sql.list(row -> new Taken(row.getString(1), row.getString(2), row.getString(3)),
                "UPDATE handed_calls SET taken = TRUE WHERE id IN"
                        + " (SELECT id FROM handed_calls WHERE node = ? AND NOT taken ORDER BY id LIMIT ?"
                        + sql.skipLocked() + ") RETURNING id, asker, request",
                node, limit);
    }

    /** Whether a node is asked for a call that it has not taken. */
    public static boolean isAnyToTake(Sql sql, String node) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM handed_calls WHERE node = ? AND NOT taken LIMIT 1", node)
                .isPresent();
    }

    /** The calls that a node has taken and whose askers still wait. */
    public static Set<String> awaited(Sql sql, String node, long now) throws SQLException {
        return Set.copyOf(sql.list(row -> row.getString(1),
                "SELECT id FROM handed_calls WHERE node = ? AND taken AND asker IN " + ALIVE, node, now));
    }

    /** Answers a call. Does nothing if nobody waits for the answer any more. */
    public static void answer(Sql sql, String id, String answer) throws SQLException {
        sql.update("UPDATE handed_calls SET answer = ? WHERE id = ?", answer, id);
    }
}
