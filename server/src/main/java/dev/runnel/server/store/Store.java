package dev.runnel.server.store;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The statements: every SQL text of the server but the log's is here. Static and without state; they run on whatever
 * connection they are given, so that the caller decides what is one transaction.
 */
public final class Store {
    private Store() {}

    /** Keeps a new assistant. */
    public static void insert(Sql sql, Assistant assistant) throws SQLException {
        sql.update("INSERT INTO assistants (id, json) VALUES (?, ?)", assistant.id(), json(assistant));
    }

    /** An assistant by its id. */
    public static Optional<Assistant> assistant(Sql sql, String id) throws SQLException {
        return object(sql, Assistant.class, "SELECT json FROM assistants WHERE id = ?", id);
    }

    /** Keeps a new thread. */
    public static void insert(Sql sql, AssistantThread thread) throws SQLException {
        sql.update("INSERT INTO threads (id, json) VALUES (?, ?)", thread.id(), json(thread));
    }

    /** A thread by its id. */
    public static Optional<AssistantThread> thread(Sql sql, String id) throws SQLException {
        return object(sql, AssistantThread.class, "SELECT json FROM threads WHERE id = ?", id);
    }

    /** Keeps a message, new or changed. */
    public static void put(Sql sql, Message message) throws SQLException {
        sql.update(
                "INSERT INTO messages (id, thread_id, run_id, json) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (id) DO UPDATE SET json = excluded.json",
                message.id(),
                message.threadId(),
                message.runId(),
                json(message));
    }

    /** A thread's message by its id. */
    public static Optional<Message> message(Sql sql, String threadId, String id) throws SQLException {
        return object(sql, Message.class, "SELECT json FROM messages WHERE thread_id = ? AND id = ?", threadId, id);
    }

    /** All messages of a thread, oldest first. */
    public static List<Message> messages(Sql sql, String threadId) throws SQLException {
        return sql.list(
                row -> read(row.getString(1), Message.class),
                "SELECT json FROM messages WHERE thread_id = ? ORDER BY seq",
                threadId);
    }

    /**
     * A page of a thread's messages.
     *
     * @param runId only those this run wrote; null for all
     */
    public static Page<Message> messages(Sql sql, String threadId, @Nullable String runId, PageRequest page)
            throws SQLException {
        return runId == null
                ? page(sql, "messages", "thread_id = ?", List.of(threadId), page, Message.class, Message::id)
                : page(
                        sql, "messages", "thread_id = ? AND run_id = ?", List.of(threadId, runId), page, Message.class,
                        Message::id);
    }

    /**
     * Keeps a new run, and so takes the thread's lock.
     *
     * @return the run's number in the log; empty if another run of the thread has not ended
     */
    public static Optional<Long> insert(Sql sql, Run run) throws SQLException {
        int inserted = sql.update(
                "INSERT INTO runs (id, thread_id, active, json) VALUES (?, ?, TRUE, ?) ON CONFLICT DO NOTHING",
                run.id(),
                run.threadId(),
                json(run));
        return inserted == 0
                ? Optional.empty()
                : sql.first(row -> row.getLong(1), "SELECT seq FROM runs WHERE id = ?", run.id());
    }

    /** Keeps a changed run; a terminal one releases the thread's lock. */
    public static void update(Sql sql, Run run) throws SQLException {
        sql.update("UPDATE runs SET active = ?, json = ? WHERE id = ?", !run.status().terminal(), json(run), run.id());
    }

    /** A thread's run by its id. */
    public static Optional<Run> run(Sql sql, String threadId, String id) throws SQLException {
        return object(sql, Run.class, "SELECT json FROM runs WHERE thread_id = ? AND id = ?", threadId, id);
    }

    /** The run that holds the thread's lock. */
    public static Optional<Run> activeRun(Sql sql, String threadId) throws SQLException {
        return object(sql, Run.class, "SELECT json FROM runs WHERE thread_id = ? AND active", threadId);
    }

    /** All runs that have not ended, oldest first. */
    public static List<Run> activeRuns(Sql sql) throws SQLException {
        return sql.list(row -> read(row.getString(1), Run.class), "SELECT json FROM runs WHERE active ORDER BY seq");
    }

    /** A run's number in the log. */
    public static Optional<Long> runNumber(Sql sql, String id) throws SQLException {
        return sql.first(row -> row.getLong(1), "SELECT seq FROM runs WHERE id = ?", id);
    }

    /** A page of a thread's runs. */
    public static Page<Run> runs(Sql sql, String threadId, PageRequest page) throws SQLException {
        return page(sql, "runs", "thread_id = ?", List.of(threadId), page, Run.class, Run::id);
    }

    /** Keeps a run step, new or changed. */
    public static void put(Sql sql, RunStep step) throws SQLException {
        sql.update(
                "INSERT INTO steps (id, run_id, json) VALUES (?, ?, ?)"
                        + " ON CONFLICT (id) DO UPDATE SET json = excluded.json",
                step.id(),
                step.runId(),
                json(step));
    }

    /** A run's step by its id. */
    public static Optional<RunStep> step(Sql sql, String runId, String id) throws SQLException {
        return object(sql, RunStep.class, "SELECT json FROM steps WHERE run_id = ? AND id = ?", runId, id);
    }

    /** A page of a run's steps. */
    public static Page<RunStep> steps(Sql sql, String runId, PageRequest page) throws SQLException {
        return page(sql, "steps", "run_id = ?", List.of(runId), page, RunStep.class, RunStep::id);
    }

    private static <T> Optional<T> object(Sql sql, Class<T> type, String query, String... parameters)
            throws SQLException {
        return sql.first(row -> read(row.getString(1), type), query, (Object[]) parameters);
    }

    /**
     * One page, and whether there is more: one row beyond the limit is asked for. Cursors are ids, compared by their rows' seq;
     * one that names nothing leaves the page empty, as the bound cannot be told. With {@code before} alone the page is the one
     * right before that object, so it is read from there backwards, and "more" is what comes before it.
     */
    private static <T> Page<T> page(
            Sql sql,
            String table,
            String where,
            List<String> parameters,
            PageRequest page,
            Class<T> type,
            Function<T, String> id)
            throws SQLException {
        List<Object> values = new ArrayList<>(parameters);
        StringBuilder query = new StringBuilder("SELECT json FROM ").append(table).append(" WHERE ").append(where);
        String after = page.after();
        if (after != null) {
            query.append(" AND seq ").append(page.ascending() ? ">" : "<");
            query.append(" (SELECT seq FROM ").append(table).append(" WHERE id = ?)");
            values.add(after);
        }
        String before = page.before();
        if (before != null) {
            query.append(" AND seq ").append(page.ascending() ? "<" : ">");
            query.append(" (SELECT seq FROM ").append(table).append(" WHERE id = ?)");
            values.add(before);
        }
        boolean backwards = before != null && after == null;
        query.append(" ORDER BY seq ").append(page.ascending() != backwards ? "ASC" : "DESC").append(" LIMIT ?");
        values.add(page.limit() + 1);
        List<T> rows = sql.list(row -> read(row.getString(1), type), query.toString(), values.toArray());
        boolean more = rows.size() > page.limit();
        List<T> kept = more ? rows.subList(0, page.limit()) : rows;
        List<T> data = backwards ? kept.reversed() : kept;
        return new Page<>(
                data,
                data.isEmpty() ? null : id.apply(data.getFirst()),
                data.isEmpty() ? null : id.apply(data.getLast()),
                more);
    }

    private static String json(Object value) {
        return new String(Json.write(value), StandardCharsets.UTF_8);
    }

    private static <T> T read(String json, Class<T> type) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), type);
    }
}
