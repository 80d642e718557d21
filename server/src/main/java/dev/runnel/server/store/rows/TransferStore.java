package dev.runnel.server.store.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.store.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
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
        STEPS(null),
        /** Entries of threads besides messages: see {@link ThreadEntries}. */
        THREAD_EXTRAS(null),
        /** The notes on runs: see {@link RunNotes}. */
        RUN_NOTES(null),
        /** The notes on steps: see {@link StepNotes}. */
        STEP_NOTES(null);

        /** The kind of the line that an export has for a row that is no object of the API. */
        public static final String EXTRA = "runnel.thread_extra";

        /** As {@link #EXTRA}, for the notes on a run. */
        public static final String NOTES_ON_RUN = "runnel.run_notes";

        /** As {@link #EXTRA}, for the notes on a step. */
        public static final String NOTES_ON_STEP = "runnel.step_notes";

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
        return switch (table) {
            case THREAD_EXTRAS -> extras(sql, after);
            case RUN_NOTES -> notes(sql, "runs", Table.NOTES_ON_RUN, "run_id", after);
            case STEP_NOTES -> notes(sql, "steps", Table.NOTES_ON_STEP, "step_id", after);
            default -> objects(sql, table, after);
        };
    }

    /** A place is a number of this database, so it is exported as the message that an extra stands behind. */
    private static List<Row> extras(Sql sql, long after) throws SQLException {
        return sql.list(
                row -> {
                    ObjectNode json = Json.object().put("object", Table.EXTRA).put("id", row.getString("id"))
                            .put("thread_id", row.getString("thread_id")).put("run_id", row.getString("run_id"))
                            .put("kind", row.getString("kind")).put("after", row.getString("message_id"));
                    json.set("data", tree(row.getString("json")));
                    return new Row(row.getLong("seq"), "", json.toString());
                },
                "SELECT e.seq, e.id, e.thread_id, e.run_id, e.kind, e.json, (SELECT m.id FROM messages m"
                        + " WHERE m.thread_id = e.thread_id AND m.seq <= e.place ORDER BY m.seq DESC LIMIT 1)"
                        + " AS message_id FROM thread_extras e WHERE e.seq > ? ORDER BY e.seq LIMIT ?",
                after,
                ROWS_AT_ONCE);
    }

    private static List<Row> notes(Sql sql, String from, String kind, String id, long after) throws SQLException {
        return sql.list(
                row -> {
                    ObjectNode json = Json.object().put("object", kind).put(id, row.getString("id"));
                    json.set("notes", tree(row.getString("notes")));
                    return new Row(row.getLong("seq"), "", json.toString());
                },
                "SELECT seq, id, notes FROM " + from + " WHERE notes IS NOT NULL AND seq > ? ORDER BY seq LIMIT ?",
                after,
                ROWS_AT_ONCE);
    }

    private static JsonNode tree(String json) {
        return Json.readTree(json.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Row> objects(Sql sql, Table table, long after) throws SQLException {
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
        String owner = table == Table.RUNS ? "threads" : table.sqlName();
        String from = table == Table.RUNS ? "runs JOIN threads ON threads.id = runs.thread_id" : owner;
        return sql.first(
                row -> row.getString(1),
                "SELECT " + owner + ".project FROM " + from + " WHERE " + table.sqlName() + ".id = ?", id);
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

    /**
     * Keeps an imported extra, or where an imported tool step stands, behind all that stands behind the same message.
     *
     * @param kind a kind of extra in lower case, or {@code step}
     * @param after the message; null if it stands before all messages
     * @return false if there is no such message, kind or step
     */
    public static boolean insertExtra(Sql sql, String threadId, @Nullable String runId, String id, String kind,
            JsonValue data, @Nullable String after) throws SQLException {
        boolean known = kind.equals(ThreadEntries.STEP)
                ? has(sql, Table.STEPS, id)
                : Arrays.stream(ThreadEntry.Kind.values()).anyMatch(each -> each.sqlName().equals(kind));
        Optional<ThreadEntry.Place> place = after == null
                ? Optional.of(ThreadEntry.Place.FIRST)
                : ThreadEntries.place(sql, threadId, after);
        if (!known || place.isEmpty()) {
            return false;
        }
        ThreadEntries.remove(sql, threadId, id); // where a step was placed as long as nothing better was known
        sql.update(
                "INSERT INTO thread_extras (id, thread_id, run_id, place, kind, json) VALUES (?, ?, ?, ?, ?, ?)",
                id,
                threadId,
                runId,
                place.get().message(),
                kind,
                RowShape.json(data));
        return true;
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
