package dev.runnel.server.store.rows;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.store.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The statements about assistants, threads, messages, runs and steps. Static and without state. They run on the
 * connection they are given, so that the caller decides what is one transaction.
 */
public final class Store {
    private static final RowShape<Assistant> ASSISTANT = RowShape.of(Assistant.class);
    private static final RowShape<AssistantThread> THREAD = RowShape.of(AssistantThread.class);
    private static final RowShape<Message> MESSAGE = RowShape.withMetadata(Message.class, Message::withMetadata);
    private static final RowShape<Run> RUN = RowShape
            .withMetadata(Run.class, (run, metadata) -> run.change().metadata(metadata).run());
    private static final RowShape<RunStep> STEP = RowShape.of(RunStep.class);

    private Store() {}

    /** Keeps a new assistant. */
    public static void insert(Sql sql, String project, Assistant assistant) throws SQLException {
        sql.update(
                "INSERT INTO assistants (id, project, json) VALUES (?, ?, ?)",
                assistant.id(),
                project,
                json(assistant));
    }

    /** Keeps a changed assistant. */
    public static void update(Sql sql, Assistant assistant) throws SQLException {
        sql.update("UPDATE assistants SET json = ? WHERE id = ?", json(assistant), assistant.id());
    }

    /** A project's assistant by its id. */
    public static Optional<Assistant> assistant(Sql sql, String project, String id) throws SQLException {
        return object(sql, ASSISTANT, "FROM assistants WHERE project = ? AND id = ?", project, id);
    }

    /**
     * A page of a project's assistants.
     *
     * @throws UnknownCursorException if the page's cursor is the id of no object that was ever in the list
     */
    public static Page<Assistant> assistants(Sql sql, String project, PageRequest page) throws SQLException {
        return assistantsOf(project).page(sql, page);
    }

    /** Deletes an assistant; false if there is none. */
    public static boolean deleteAssistant(Sql sql, String project, String id) throws SQLException {
        return assistantsOf(project).delete(sql, id);
    }

    private static Listing<Assistant> assistantsOf(String project) {
        return Listing.of("assistants", "project", project, ASSISTANT, Assistant::id);
    }

    /** Keeps a new thread. */
    public static void insert(Sql sql, String project, AssistantThread thread) throws SQLException {
        sql.update("INSERT INTO threads (id, project, json) VALUES (?, ?, ?)", thread.id(), project,
                RowShape.json(thread));
    }

    /** Keeps a changed thread. */
    public static void update(Sql sql, AssistantThread thread) throws SQLException {
        sql.update("UPDATE threads SET json = ? WHERE id = ?", RowShape.json(thread), thread.id());
    }

    /** A project's thread by its id. */
    public static Optional<AssistantThread> thread(Sql sql, String project, String id) throws SQLException {
        return object(sql, THREAD, "FROM threads WHERE project = ? AND id = ?", project, id);
    }

    /** The project that a thread belongs to. */
    public static Optional<String> projectOfThread(Sql sql, String id) throws SQLException {
        return sql.first(row -> row.getString(1), "SELECT project FROM threads WHERE id = ?", id);
    }

    /**
     * Whether a project has a thread. Until the transaction ends no other node can delete the thread, or change what is in
     * it under such a lock.
     */
    public static boolean lockThread(Sql sql, String project, String id) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM threads WHERE project = ? AND id = ?" + sql.locked(), project, id)
                .isPresent();
    }

    /** Whether a project has a thread. */
    public static boolean hasThread(Sql sql, String project, String id) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM threads WHERE project = ? AND id = ?", project, id).isPresent();
    }

    /**
     * A page of a project's threads.
     *
     * @throws UnknownCursorException if the page's cursor is the id of no object that was ever in the list
     */
    public static Page<AssistantThread> threads(Sql sql, String project, PageRequest page) throws SQLException {
        return threadsOf(project).page(sql, page);
    }

    /** Deletes a thread with its messages, runs, steps and logs; false if there is none. No run of it may be active. */
    public static boolean deleteThread(Sql sql, String project, String id) throws SQLException {
        if (!threadsOf(project).delete(sql, id)) {
            return false;
        }
        for (long run : sql.list(row -> row.getLong(1), "SELECT seq FROM runs WHERE thread_id = ?", id)) {
            LogStore.delete(sql, run);
        }
        sql.update("DELETE FROM steps WHERE run_id IN (SELECT id FROM runs WHERE thread_id = ?)", id);
        sql.update("DELETE FROM runs WHERE thread_id = ?", id);
        sql.update("DELETE FROM messages WHERE thread_id = ?", id);
        ThreadEntries.deleteAll(sql, id);
        ToolNotes.deleteAll(sql, id);
        DueStore.remove(sql, DueStore.REMOVE_THREAD, id);
        return true;
    }

    private static Listing<AssistantThread> threadsOf(String project) {
        return Listing.of("threads", "project", project, THREAD, AssistantThread::id);
    }

    /** Keeps a message, new or changed. */
    public static void put(Sql sql, Message message) throws SQLException {
        put(sql, message, RowShape.json(message));
    }

    /** As {@link #put(Sql, Message)}, where the message's JSON is at hand. */
    public static void put(Sql sql, Message message, String json) throws SQLException {
        sql.update(
                "INSERT INTO messages (id, thread_id, run_id, json) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (id) DO UPDATE SET json = excluded.json",
                message.id(),
                message.threadId(),
                message.runId(),
                json);
    }

    /** Replaces a message's metadata. */
    public static void relabelMessage(Sql sql, String id, Map<String, String> metadata) throws SQLException {
        sql.update("UPDATE messages SET metadata = ? WHERE id = ?", RowShape.json(metadata), id);
    }

    /** A thread's message by its id. */
    public static Optional<Message> message(Sql sql, String threadId, String id) throws SQLException {
        return object(sql, MESSAGE, "FROM messages WHERE thread_id = ? AND id = ?", threadId, id);
    }

    /**
     * The latest messages of a run's thread that the run did not write itself, oldest first.
     *
     * @param limit how many at most
     * @param more asked for each message, the latest first, whether the message before it is wanted too; messages that
     *     are not wanted are not read
     */
    public static List<Message> latestMessages(Sql sql, Run run, int limit, Predicate<Message> more)
            throws SQLException {
        return sql.list(
                MESSAGE.mapper(),
                more,
                "SELECT " + MESSAGE.columns() + " FROM messages WHERE thread_id = ? AND (run_id IS NULL OR run_id <> ?)"
                        + " ORDER BY seq DESC LIMIT ?",
                run.threadId(),
                run.id(),
                limit).reversed();
    }

    /** The first message of a thread, if it has any. */
    public static Optional<Message> firstMessage(Sql sql, String threadId) throws SQLException {
        return object(sql, MESSAGE, "FROM messages WHERE thread_id = ? ORDER BY seq LIMIT 1", threadId);
    }

    /**
     * A page of a thread's messages.
     *
     * @param runId only messages that this run wrote; null for all
     * @throws UnknownCursorException if the page's cursor is the id of no object that was ever in the list
     */
    public static Page<Message> messages(Sql sql, String threadId, @Nullable String runId, PageRequest page)
            throws SQLException {
        return messagesOf(threadId).only("run_id", runId).page(sql, page);
    }

    /** Deletes a message; false if there is none. */
    public static boolean deleteMessage(Sql sql, String threadId, String id) throws SQLException {
        return messagesOf(threadId).delete(sql, id);
    }

    private static Listing<Message> messagesOf(String threadId) {
        return Listing.of("messages", "thread_id", threadId, MESSAGE, Message::id);
    }

    /**
     * Keeps a new run, which takes the thread's lock, and schedules its expiry.
     *
     * @param project that of its thread; null if the run is imported, and so will have ended when this transaction does
     * @return the run's number in the log; empty if another run of the thread has not ended
     */
    public static Optional<Long> insert(Sql sql, @Nullable String project, Run run) throws SQLException {
        Optional<Long> number = sql.first(
                row -> row.getLong(1),
                "INSERT INTO runs (id, project, thread_id, active, json) VALUES (?, ?, ?, TRUE, ?) ON CONFLICT DO NOTHING"
                        + " RETURNING seq",
                run.id(),
                project,
                run.threadId(),
                json(run));
        Long expiresAt = run.expiresAt();
        if (number.isPresent() && expiresAt != null) {
            DueStore.put(sql, DueStore.EXPIRE_RUN, run.id(), TimeUnit.SECONDS.toMillis(expiresAt));
        }
        return number;
    }

    /** Keeps a changed run. A terminal run releases the thread's lock, and its expiry is cancelled. */
    public static void update(Sql sql, Run run) throws SQLException {
        sql.update("UPDATE runs SET active = ?, json = ? WHERE id = ?", !run.status().terminal(), json(run), run.id());
        if (run.status().terminal()) {
            DueStore.remove(sql, DueStore.EXPIRE_RUN, run.id());
        }
    }

    /** Replaces a run's metadata. */
    public static void relabelRun(Sql sql, String id, Map<String, String> metadata) throws SQLException {
        sql.update("UPDATE runs SET metadata = ? WHERE id = ?", RowShape.json(metadata), id);
    }

    /** A thread's run by its id. */
    public static Optional<Run> run(Sql sql, String threadId, String id) throws SQLException {
        return object(sql, RUN, "FROM runs WHERE thread_id = ? AND id = ?", threadId, id);
    }

    /** A project's run by its id. */
    public static Optional<Run> runOf(Sql sql, String project, String id) throws SQLException {
        Optional<Run> run = object(sql, RUN, "FROM runs WHERE id = ?", id);
        return run.isPresent() && hasThread(sql, project, run.get().threadId()) ? run : Optional.empty();
    }

    /** The notes on a run, if there are any. */
    public static Optional<RunNotes> runNotes(Sql sql, String runId) throws SQLException {
        return sql.first(
                row -> read(row.getString(1), RunNotes.class),
                "SELECT notes FROM runs WHERE id = ? AND notes IS NOT NULL",
                runId);
    }

    /** Keeps notes on a run. */
    public static void put(Sql sql, String runId, RunNotes notes) throws SQLException {
        sql.update("UPDATE runs SET notes = ? WHERE id = ?", RowShape.json(notes), runId);
    }

    /** Whether a thread has another run than this one. */
    public static boolean hasOtherRun(Sql sql, String threadId, String runId) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM runs WHERE thread_id = ? AND id <> ? LIMIT 1", threadId, runId)
                .isPresent();
    }

    /** The run that holds the thread's lock. */
    public static Optional<Run> activeRun(Sql sql, String threadId) throws SQLException {
        return object(sql, RUN, "FROM runs WHERE thread_id = ? AND active", threadId);
    }

    /** The numbers of all runs that have not ended, oldest first. */
    public static List<Long> activeRuns(Sql sql) throws SQLException {
        return sql.list(row -> row.getLong(1), "SELECT seq FROM runs WHERE active ORDER BY seq");
    }

    /** A run by its number in the log. */
    public static Optional<Run> run(Sql sql, long number) throws SQLException {
        return sql.first(RUN.mapper(), "SELECT " + RUN.columns() + " FROM runs WHERE seq = ?", number);
    }

    /** A run by its id, if it has not ended. */
    public static Optional<Run> activeRunById(Sql sql, String id) throws SQLException {
        return object(sql, RUN, "FROM runs WHERE id = ? AND active", id);
    }

    /** Whether a run has not ended. */
    public static boolean isActive(Sql sql, String id) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM runs WHERE id = ? AND active", id).isPresent();
    }

    /** Whether a run, given by its number in the log, has not ended. */
    public static boolean isActive(Sql sql, long number) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM runs WHERE seq = ? AND active", number).isPresent();
    }

    /** A run's number in the log. */
    public static Optional<Long> runNumber(Sql sql, String id) throws SQLException {
        return sql.first(row -> row.getLong(1), "SELECT seq FROM runs WHERE id = ?", id);
    }

    /**
     * A page of a thread's runs.
     *
     * @throws UnknownCursorException if the page's cursor is the id of no object that was ever in the list
     */
    public static Page<Run> runs(Sql sql, String threadId, PageRequest page) throws SQLException {
        return Listing.of("runs", "thread_id", threadId, RUN, Run::id).page(sql, page);
    }

    /** Keeps a run step, new or changed. */
    public static void put(Sql sql, RunStep step) throws SQLException {
        put(sql, step, RowShape.json(step));
    }

    /** As {@link #put(Sql, RunStep)}, where the step's JSON is at hand. */
    public static void put(Sql sql, RunStep step, String json) throws SQLException {
        sql.update(
                "INSERT INTO steps (id, run_id, json) VALUES (?, ?, ?)"
                        + " ON CONFLICT (id) DO UPDATE SET json = excluded.json",
                step.id(),
                step.runId(),
                json);
        if (step.stepDetails() instanceof StepDetails.ToolCalls) {
            ThreadEntries.add(sql, step);
        }
    }

    /** How many steps a run's thread has had by other runs. */
    public static long stepsOfOtherRuns(Sql sql, Run run) throws SQLException {
        return sql.first(
                row -> row.getLong(1),
                "SELECT COUNT(*) FROM steps WHERE run_id IN (SELECT id FROM runs WHERE thread_id = ? AND id <> ?)",
                run.threadId(),
                run.id()).orElse(0L);
    }

    /** The notes on a step, if there are any. */
    public static Optional<StepNotes> stepNotes(Sql sql, String stepId) throws SQLException {
        return sql.first(
                row -> read(row.getString(1), StepNotes.class),
                "SELECT notes FROM steps WHERE id = ? AND notes IS NOT NULL",
                stepId);
    }

    /** Keeps notes on a step. */
    public static void put(Sql sql, String stepId, StepNotes notes) throws SQLException {
        sql.update("UPDATE steps SET notes = ? WHERE id = ?", RowShape.json(notes), stepId);
    }

    /** The notes on a run's steps, by the step's id. */
    public static Map<String, StepNotes> notes(Sql sql, String runId) throws SQLException {
        Map<String, StepNotes> notes = new HashMap<>();
        sql.list(
                row -> notes.put(row.getString(1), read(row.getString(2), StepNotes.class)),
                "SELECT id, notes FROM steps WHERE run_id = ? AND notes IS NOT NULL",
                runId);
        return notes;
    }

    /** A run's step by its id. */
    public static Optional<RunStep> step(Sql sql, String runId, String id) throws SQLException {
        return object(sql, STEP, "FROM steps WHERE run_id = ? AND id = ?", runId, id);
    }

    /**
     * A page of a run's steps.
     *
     * @throws UnknownCursorException if the page's cursor is the id of no object that was ever in the list
     */
    public static Page<RunStep> steps(Sql sql, String runId, PageRequest page) throws SQLException {
        return Listing.of("steps", "run_id", runId, STEP, RunStep::id).page(sql, page);
    }

    private static <T> Optional<T> object(Sql sql, RowShape<T> shape, String from, String... parameters)
            throws SQLException {
        return sql.first(shape.mapper(), "SELECT " + shape.columns() + " " + from, (Object[]) parameters);
    }

    /**
     * The object as it is sent, except that values that were not set are kept as null: the API shows defaults for them.
     */
    private static String json(Object value) {
        return new String(Json.writeToKeep(value), StandardCharsets.UTF_8);
    }

    private static <T> T read(String json, Class<T> type) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), type);
    }
}
