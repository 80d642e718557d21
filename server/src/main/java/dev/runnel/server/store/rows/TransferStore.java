package dev.runnel.server.store.rows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.store.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements that move objects from one database to another. Static and without state. */
public final class TransferStore {
    private static final int ROWS_AT_ONCE = 200;

    private TransferStore() {}

    /** The tables of objects. Each comes after the tables that it needs. */
    public enum Table {
        /** Assistants. */
        ASSISTANTS("project"),
        /** Files' objects. */
        FILES("project"),
        /** Vector stores. */
        VECTOR_STORES("project"),
        /** Files in vector stores. */
        STORE_FILES(null),
        /** Threads. */
        THREADS("project"),
        /** Messages. */
        MESSAGES(null),
        /** Runs. */
        RUNS(null),
        /** Run steps. */
        STEPS(null);

        /** The column with the project of a row; null if the row's thread or run determines the project. */
        private final @Nullable String owner;

        Table(@Nullable String owner) {
            this.owner = owner;
        }

        private String sqlName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * An object as it is stored.
     *
     * @param place its place in its table
     * @param project its project; empty if its thread or run determines the project
     */
    public record Row(long place, String project, String json) {}

    /** The next objects of a table after a place, oldest first, at most 200. */
    public static List<Row> rows(Sql sql, Table table, long after) throws SQLException {
        String owner = table.owner == null ? "''" : table.owner;
        String metadata = table == Table.MESSAGES || table == Table.RUNS ? "metadata" : "NULL";
        return sql.list(
                row -> new Row(row.getLong(1), row.getString(2), json(row.getString(3), row.getString(4))),
                "SELECT seq, " + owner + ", json, " + metadata + " FROM " + table.sqlName()
                        + " WHERE seq > ? ORDER BY seq LIMIT ?",
                after,
                ROWS_AT_ONCE);
    }

    /** The project of an assistant, file, thread or run; empty if there is none. */
    public static Optional<String> project(Sql sql, Table table, String id) throws SQLException {
        String from = table == Table.RUNS ? "runs JOIN threads ON threads.id = runs.thread_id" : table.sqlName();
        return sql.first(
                row -> row.getString(1), "SELECT project FROM " + from + " WHERE " + table.sqlName() + ".id = ?", id);
    }

    private static String json(String json, @Nullable String metadata) {
        if (metadata == null) {
            return json;
        }
        ObjectNode object = (ObjectNode) Json.readTree(json.getBytes(StandardCharsets.UTF_8));
        return object.set("metadata", Json.tree(RowShape.metadata(metadata))).toString();
    }

    /** Whether a table has an object. */
    public static boolean has(Sql sql, Table table, String id) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM " + table.sqlName() + " WHERE id = ?", id).isPresent();
    }

    /** Keeps a run that has ended and has no log. False if another run of its thread has not ended. */
    public static boolean insertEnded(Sql sql, Run run) throws SQLException {
        Optional<Long> number = Store.insert(sql, null, run);
        if (number.isEmpty()) {
            return false;
        }
        Store.update(sql, run);
        sql.update("UPDATE runs SET log_removed = TRUE WHERE seq = ?", number.get());
        return true;
    }
}
