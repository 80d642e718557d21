package dev.runnel.server.store.rows;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.ThreadEntry.Extra;
import dev.runnel.server.store.rows.ThreadEntry.Kind;
import dev.runnel.server.store.rows.ThreadEntry.Place;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The statements about all that stands in a thread: messages, tool steps, and what the Assistants API does not know, in
 * their order. Static and without state.
 */
public final class ThreadEntries {
    static final String STEP = "step";
    private static final int AT_ONCE = 200;
    private static final RowShape<Message> MESSAGE = RowShape.withMetadata(Message.class, Message::withMetadata);
    private static final String EXTRAS = "SELECT e.id, e.run_id, e.kind, e.json, e.place, e.seq, s.json AS step, s.notes"
            + " FROM thread_extras e LEFT JOIN steps s ON s.id = e.id WHERE e.thread_id = ?";

    private ThreadEntries() {}

    /** Keeps something that the Assistants API does not know, at the thread's end. */
    public static void add(Sql sql, String threadId, @Nullable String runId, Extra extra) throws SQLException {
        insert(sql, threadId, runId, extra.id(), extra.kind().sqlName(), RowShape.json(extra.data()));
    }

    /** Keeps where a tool step stands. Repeating it changes nothing. */
    static void add(Sql sql, RunStep step) throws SQLException {
        insert(sql, step.threadId(), step.runId(), step.id(), STEP, "{}");
    }

    private static void insert(
            Sql sql, String threadId, @Nullable String runId, String id, String kind, String json) throws SQLException {
        sql.update(
                "INSERT INTO thread_extras (id, thread_id, run_id, place, kind, json)"
                        + " SELECT ?, ?, ?, COALESCE(MAX(seq), 0), ?, ? FROM messages WHERE thread_id = ?"
                        + " ON CONFLICT (id) DO NOTHING",
                id,
                threadId,
                runId,
                kind,
                json,
                threadId);
    }

    /**
     * Moves an imported tool step before the first message of its run, because messages are imported before steps. A step of
     * a run without messages stays at its thread's end.
     */
    public static void placeImported(Sql sql, String stepId) throws SQLException {
        sql.update(
                "UPDATE thread_extras SET place = COALESCE((SELECT MIN(messages.seq) - 1 FROM messages"
                        + " WHERE messages.thread_id = thread_extras.thread_id"
                        + " AND messages.run_id = thread_extras.run_id), place) WHERE id = ?",
                stepId);
    }

    /** Removes a thread's extras; its messages and steps stay. */
    static void deleteAll(Sql sql, String threadId) throws SQLException {
        sql.update("DELETE FROM thread_extras WHERE thread_id = ?", threadId);
    }

    /** Takes an extra or a tool step out of a thread, and keeps its place for cursors. The step itself stays. */
    public static void delete(Sql sql, String threadId, String id) throws SQLException {
        sql.update(
                "INSERT INTO deleted (id, scope, place, extra) SELECT id, thread_id, place, seq FROM thread_extras"
                        + " WHERE thread_id = ? AND id = ? ON CONFLICT (id, scope)"
                        + " DO UPDATE SET place = excluded.place, extra = excluded.extra, deleted_at = NULL",
                threadId,
                id);
        remove(sql, threadId, id);
    }

    /** Takes an extra or a tool step out of a thread, as if it had never been there. The step itself stays. */
    public static void remove(Sql sql, String threadId, String id) throws SQLException {
        sql.update("DELETE FROM thread_extras WHERE thread_id = ? AND id = ?", threadId, id);
    }

    /** Where a message, a tool step or an extra stands in a thread, by its id. */
    public static Optional<Place> place(Sql sql, String threadId, String id) throws SQLException {
        Optional<Place> extra = sql.first(
                row -> new Place(row.getLong(1), row.getLong(2)),
                "SELECT place, seq FROM thread_extras WHERE thread_id = ? AND id = ?",
                threadId,
                id);
        return extra.isPresent()
                ? extra
                : sql.first(
                        row -> new Place(row.getLong(1), 0),
                        "SELECT seq FROM messages WHERE thread_id = ? AND id = ?",
                        threadId,
                        id);
    }

    /** Where an entry stands in a thread, or stood, if it was deleted less than a day ago. */
    public static Optional<Place> cursor(Sql sql, String threadId, String id) throws SQLException {
        Optional<Place> place = place(sql, threadId, id);
        return place.isPresent()
                ? place
                : sql.first(
                        row -> new Place(row.getLong(1), row.getLong(2)),
                        "SELECT place, extra FROM deleted WHERE scope = ? AND id = ?",
                        threadId,
                        id);
    }

    /** The thread of a project in which a message, a tool step or an extra stands, by its id. */
    public static Optional<String> thread(Sql sql, String project, String id) throws SQLException {
        for (String table : List.of("messages", "thread_extras")) {
            Optional<String> thread = sql.first(
                    row -> row.getString(1),
                    "SELECT t.id FROM " + table + " e JOIN threads t ON t.id = e.thread_id"
                            + " WHERE e.id = ? AND t.project = ?",
                    id,
                    project);
            if (thread.isPresent()) {
                return thread;
            }
        }
        return Optional.empty();
    }

    /** The entry of a thread with this id. */
    public static Optional<ThreadEntry> find(Sql sql, String threadId, String id) throws SQLException {
        Optional<Place> place = place(sql, threadId, id);
        return place.isPresent() ? at(sql, threadId, place.get()) : Optional.empty();
    }

    /** The entry at a place of a thread. */
    private static Optional<ThreadEntry> at(Sql sql, String threadId, Place place) throws SQLException {
        return read(sql, threadId, null, place, true, 1).stream()
                .filter(entry -> entry.place().equals(place))
                .findFirst();
    }

    /**
     * The entries of a thread from a place on, that place included.
     *
     * @param runId only what this run wrote; null for all
     * @param limit how many at most
     */
    public static List<ThreadEntry> read(
            Sql sql, String threadId, @Nullable String runId, Place from, boolean ascending, int limit)
            throws SQLException {
        List<ThreadEntry> entries = new ArrayList<>(messages(sql, threadId, runId, from, ascending, limit));
        entries.addAll(extras(sql, threadId, runId, from, ascending, limit));
        Comparator<ThreadEntry> order = Comparator.comparing(ThreadEntry::place);
        entries.sort(ascending ? order : order.reversed());
        return entries.size() > limit ? entries.subList(0, limit) : entries;
    }

    /**
     * Shows the entries of a thread one after the other, beginning after a place.
     *
     * @param more asked with each entry whether the next one is wanted too
     */
    public static void walk(
            Sql sql, String threadId, Place after, boolean ascending, Predicate<ThreadEntry> more)
            throws SQLException {
        Place from = after;
        boolean wanted = true;
        while (wanted) {
            List<ThreadEntry> page = read(sql, threadId, null, from, ascending, AT_ONCE);
            for (ThreadEntry entry : page) {
                if (wanted && !entry.place().equals(from)) {
                    wanted = more.test(entry);
                }
            }
            wanted &= page.size() == AT_ONCE;
            from = page.isEmpty() ? from : page.getLast().place();
        }
    }

    private static List<ThreadEntry> messages(
            Sql sql, String threadId, @Nullable String runId, Place from, boolean ascending, int limit)
            throws SQLException {
        List<Object> values = new ArrayList<>(List.of(threadId));
        String query = "SELECT " + MESSAGE.columns() + ", seq FROM messages WHERE thread_id = ?";
        if (runId != null) {
            query += " AND run_id = ?";
            values.add(runId);
        }
        values.add(from.message());
        values.add(limit);
        String bound = ascending ? from.extra() == 0 ? ">=" : ">" : "<=";
        return sql.list(
                row -> new ThreadEntry.Said(new Place(row.getLong("seq"), 0), MESSAGE.mapper().map(row)),
                query + " AND seq " + bound + " ? ORDER BY seq " + direction(ascending) + " LIMIT ?",
                values.toArray());
    }

    private static List<ThreadEntry> extras(
            Sql sql, String threadId, @Nullable String runId, Place from, boolean ascending, int limit)
            throws SQLException {
        List<Object> values = new ArrayList<>(List.of(threadId));
        String query = EXTRAS;
        if (runId != null) {
            query += " AND e.run_id = ?";
            values.add(runId);
        }
        values.addAll(List.of(from.message(), from.extra(), limit));
        String direction = direction(ascending);
        return sql.list(
                ThreadEntries::extra,
                query + " AND (e.place, e.seq) " + (ascending ? ">=" : "<=") + " (?, ?) ORDER BY e.place " + direction
                        + ", e.seq " + direction + " LIMIT ?",
                values.toArray());
    }

    private static String direction(boolean ascending) {
        return ascending ? "ASC" : "DESC";
    }

    private static ThreadEntry extra(ResultSet row) throws SQLException {
        Place place = new Place(row.getLong("place"), row.getLong("seq"));
        String kind = row.getString("kind");
        if (kind.equals(STEP)) {
            String notes = row.getString("notes");
            return new ThreadEntry.Called(
                    place, parse(row.getString("step"), RunStep.class),
                    notes == null ? null : parse(notes, StepNotes.class));
        }
        return new ThreadEntry.Beside(place, row.getString("run_id"), new Extra(
                row.getString("id"), Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                JsonValue.parse(row.getString("json"))));
    }

    private static <T> T parse(String json, Class<T> type) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), type);
    }
}
