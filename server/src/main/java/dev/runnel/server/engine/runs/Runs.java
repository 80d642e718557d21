package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.conversations.Assistants;
import dev.runnel.server.engine.conversations.Conversations;
import dev.runnel.server.engine.requests.Idempotency;
import dev.runnel.server.engine.requests.IdempotencyKey;
import dev.runnel.server.engine.requests.Lists;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.requests.UnavailableException;
import dev.runnel.server.engine.turns.Turn;
import dev.runnel.server.engine.vectorstores.ToolStores;
import dev.runnel.server.log.LogReader;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.OwnershipLostException;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.AskStore;
import dev.runnel.server.store.rows.RetentionStore;
import dev.runnel.server.store.rows.RunNotes;
import dev.runnel.server.store.rows.StepNotes;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.store.rows.ToolNotes;
import dev.runnel.server.tool.ServerTools;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Runs. Creates, reads, changes and cancels runs, and gives them tool outputs. Thread-safe. */
public final class Runs {
    /** How long a thread's deletion waits for the thread's run to end. */
    private static final Duration ENDING = Duration.ofSeconds(10);

    /** How often to look where a run is now that was let go when it was found. */
    private static final int MAX_TRIES = 10;

    private final Database database;
    private final RunLog log;
    private final Sessions sessions;
    private final RunExecutor executor;
    private final RunControl control;
    private final RunCreation creation;
    private final CancelElsewhere elsewhere;
    private final ServerTools tools;
    private final Idempotency idempotency;
    private final InstantSource clock;

    /**
     * The runs of a database. Those that an earlier process left wait for {@link #takeUp}.
     *
     * @param sessions the runs under way, in which the conversations find open messages
     */
    public Runs(RunContext context, Assistants assistants, Conversations conversations, ToolStores stores,
            Sessions sessions, Idempotency idempotency) {
        this.database = context.database();
        this.log = context.log();
        this.clock = context.clock();
        this.tools = context.tools();
        this.sessions = sessions;
        this.executor = new RunExecutor(context, sessions);
        this.control = executor.control();
        this.creation = new RunCreation(context, assistants, conversations, stores, executor);
        this.elsewhere = new CancelElsewhere(database, log);
        this.idempotency = idempotency;
    }

    /** Takes up the runs that an earlier process left, so that no run hangs and no thread stays locked. */
    public void takeUp() {
        executor.recover();
        log.watch(new OtherNodes(sessions, executor));
    }

    /**
     * Ends a run that has expired.
     *
     * @return after what time to look at the run again; empty if it has ended
     */
    public Optional<Duration> expire(String runId) {
        return executor.expire(runId);
    }

    /** How many runs are being executed. */
    public int executing() {
        return executor.executing();
    }

    /** How many runs wait for their turn. */
    public int queued() {
        return executor.queued();
    }

    /**
     * Refuses new runs, and lets those that are being executed go on for the given time. Runs that have not ended by
     * then are queued again, and the next start {@linkplain #takeUp takes them up}.
     */
    public void drain(Duration patience) {
        executor.drain(patience);
    }

    /** Creates a run on a thread and starts it. If an earlier request had the same key, returns that request's run. */
    public Run create(Project project, String threadId, RunRequest request, Optional<IdempotencyKey> key) {
        return idempotency.once(
                project, key, note -> creation.create(project, threadId, request, note),
                done -> run(project, done.threadId(), done.objectId()));
    }

    /**
     * Creates a thread and a run on it, and starts the run. If an earlier request had the same key, returns that
     * request's run.
     */
    public Run createWithThread(Project project, RunRequest request, Optional<IdempotencyKey> key) {
        return idempotency.once(
                project, key, note -> creation.createWithThread(project, request, note),
                done -> run(project, done.threadId(), done.objectId()));
    }

    /**
     * Creates a run that brings its own input, and starts it. If an earlier request had the same key, returns that
     * request's run.
     */
    public Run create(Project project, Turn turn, Optional<IdempotencyKey> key) {
        return idempotency.once(
                project, key, note -> creation.create(project, turn, note),
                done -> run(project, done.threadId(), done.objectId()));
    }

    /** How many tokens the prompt of a run with its own input would have. Stores nothing. */
    public long tokens(Project project, Turn turn) {
        return creation.tokens(project, turn);
    }

    /**
     * Removes a run that was begun with its own input: with its thread if that was made for the run and has no other
     * run; otherwise only what its own API shows of it.
     *
     * @throws RejectedException if the run was begun by the Assistants API
     */
    public void remove(Project project, Run run) {
        RunNotes notes = notes(run.id()).orElseThrow(() -> RejectedException.state(
                "Run " + run.id() + " was begun by the Assistants API: delete its thread."));
        boolean shared = database.write(sql -> {
            boolean others = Store.hasOtherRun(sql, run.threadId(), run.id());
            Store.put(sql, run.id(), notes.hide());
            return others || !notes.ownThread();
        });
        if (!shared) {
            deleteThread(project, run.threadId());
        }
    }

    /**
     * Removes a thread that was made for one run and is not to be kept.
     *
     * @return after what time to look again; empty if the thread is gone
     */
    public Optional<Duration> removeTemporary(String threadId) {
        Optional<String> project = database.read(sql -> Store.projectOfThread(sql, threadId));
        if (project.isEmpty()) {
            return Optional.empty();
        }
        try {
            deleteThread(new Project(project.get()), threadId);
            return Optional.empty();
        } catch (UnavailableException e) {
            return Optional.of(ENDING); // its run has not ended yet, or another node has it
        }
    }

    /** A project's run by its id alone. */
    public Optional<Run> find(Project project, String runId) {
        return database.read(sql -> Store.runOf(sql, project.name(), runId));
    }

    /** The notes on a run that was begun with its own input. */
    public Optional<RunNotes> notes(String runId) {
        return database.read(sql -> Store.runNotes(sql, runId));
    }

    /** Reads a run's log from its beginning, with its hidden entries; empty if the log was removed. */
    public Optional<LogReader> readWhole(Run run) {
        Optional<Long> number = database.read(sql -> {
            Optional<Long> found = Store.runNumber(sql, run.id());
            return found.isPresent() && RetentionStore.isLogRemoved(sql, found.get()) ? Optional.empty() : found;
        });
        return number.map(log::readWhole);
    }

    /** The notes on a step with the calls that the server executed; empty if there are none. */
    public Optional<StepNotes> stepNotes(String stepId) {
        return database.read(sql -> Store.stepNotes(sql, stepId));
    }

    /**
     * The time since a run was created, or last began to be executed. Accurate to a second, as times are stored in
     * seconds.
     */
    public Duration age(Run run) {
        long since = Math.max(run.createdAt(), Objects.requireNonNullElse(run.startedAt(), 0L));
        Duration age = Duration.between(Instant.ofEpochSecond(since), clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }

    /**
     * Asks a run to stop. Its model call is closed at once, and then the run becomes {@code cancelled}.
     *
     * @return the run as {@code cancelling}
     */
    public Run cancel(Project project, String threadId, String runId) {
        run(project, threadId, runId); // throws unless the project has the run
        Optional<Run> cancelling = here(runId, session -> control.cancel(session).orElseThrow(
                () -> CancelElsewhere.refusal(session.run())));
        return cancelling.orElseGet(() -> elsewhere.cancel(runId, () -> run(project, threadId, runId)));
    }

    /**
     * Does something with the session of a run, which is taken up here if no node has it.
     *
     * @return empty if the run has ended, or another node has it
     */
    private <T> Optional<T> here(String runId, Function<RunSession, T> action) {
        for (int tries = 1;; tries++) {
            Optional<RunSession> session = executor.session(runId);
            if (session.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(action.apply(session.get()));
            } catch (OwnershipLostException _) { // it was let go or lost at this moment: look again where it is
            } catch (RejectedException e) {
                if (control.keeps(session.get())) {
                    throw e;
                }
            } finally {
                control.release(session.get());
            }
            if (tries == MAX_TRIES) {
                throw UnavailableException.givenUp(runId);
            }
        }
    }

    /** Why something cannot be done with a run that is not here. */
    private static RuntimeException refusal(Run run, Function<Run, RejectedException> ended) {
        return run.status().terminal() ? ended.apply(run) : UnavailableException.givenUp(run.id());
    }

    /**
     * The result of submitting tool outputs.
     *
     * @param run the run, queued again
     * @param number the wire number of the last event before the submission
     */
    public record Submitted(Run run, long number) {}

    /**
     * Gives a run all the outputs that it waits for, and queues it again. If an earlier request had the same key,
     * returns the run without another submission.
     */
    public Submitted submit(
            Project project,
            String threadId,
            String runId,
            ToolOutputsRequest request,
            Optional<IdempotencyKey> key) {
        return idempotency.once(
                project, key, note -> submit(project, threadId, runId, request, note),
                done -> new Submitted(run(project, done.threadId(), done.objectId()), done.position()));
    }

    private Submitted submit(Project project, String threadId, String runId, ToolOutputsRequest request,
            Idempotency.Note note) {
        run(project, threadId, runId); // throws unless the project has the run
        RunSession.Requeued requeued = here(runId, session -> executor.submit(session, request.toolOutputs(), note))
                .orElseThrow(() -> {
                    Run run = run(project, threadId, runId);
                    return run.status() == RunStatus.REQUIRES_ACTION || !log.shared()
                            ? refusal(run, ToolOutputs::notWaiting)
                            : ToolOutputs.notWaiting(run);
                });
        return new Submitted(requeued.run(), requeued.number());
    }

    /** A run by its id. */
    public Run run(Project project, String threadId, String runId) {
        return database.read(sql -> requireRun(sql, project, threadId, runId));
    }

    static Run requireRun(Sql sql, Project project, String threadId, String runId) throws SQLException {
        Conversations.requireThread(sql, project, threadId);
        return Store.run(sql, threadId, runId).orElseThrow(() -> RejectedException.notFound("run", runId));
    }

    /** Replaces a run's metadata, whatever its status. */
    public Run modify(Project project, String threadId, String runId, Map<String, String> metadata) {
        run(project, threadId, runId); // throws unless the project has the run
        Optional<RunSession> session = sessions.find(runId);
        Sql.Work<Optional<Run>> keep = sql -> {
            Store.relabelRun(sql, runId, metadata);
            AskStore.look(sql, runId);
            return Store.run(sql, threadId, runId);
        };
        Optional<Run> changed = session.isPresent()
                ? session.get().relabel(metadata, () -> database.begin(keep)).get()
                : database.write(keep);
        return changed.orElseThrow(() -> RejectedException.notFound("run", runId));
    }

    /**
     * Deletes a thread with its messages and runs, and what tools have for it, such as a session for its code. An active
     * run is cancelled first, which is waited for up to 10 seconds.
     */
    public Deleted deleteThread(Project project, String threadId) {
        long deadline = System.nanoTime() + ENDING.toNanos();
        while (true) {
            Deletion deletion = database.write(sql -> tryToDelete(sql, project, threadId));
            if (!deletion.found()) {
                throw Conversations.noThread(threadId);
            }
            if (deletion.active().isEmpty()) {
                tools.threadDeleted(deletion.kept());
                return Deleted.of(threadId, "thread.deleted");
            }
            String runId = deletion.active().get().id();
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (here(runId, session -> endWithin(session, left)).isEmpty()) {
                elsewhere.end(runId, left);
            }
        }
    }

    private boolean endWithin(RunSession session, Duration patience) {
        control.cancel(session);
        try {
            if (!session.awaitLetGo(patience)) {
                throw UnavailableException.ending(session.runId());
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a run was ending", e);
        }
    }

    /**
     * An attempt to delete a thread.
     *
     * @param kept what tools kept with the thread
     */
    private record Deletion(boolean found, Optional<Run> active, Map<String, JsonValue> kept) {}

    private static Deletion tryToDelete(Sql sql, Project project, String threadId) throws SQLException {
        boolean locked = Store.lockThread(sql, project.name(), threadId);
        Optional<Run> active = Store.activeRun(sql, threadId);
        Map<String, JsonValue> kept = ToolNotes.all(sql, threadId);
        boolean found = locked && (active.isPresent() || Store.deleteThread(sql, project.name(), threadId));
        return new Deletion(found, active, kept);
    }

    /** A page of a thread's runs. */
    public Page<Run> runs(Project project, String threadId, PageRequest page) {
        return Lists.page(database, sql -> {
            Conversations.requireThread(sql, project, threadId);
            return Store.runs(sql, threadId, page);
        });
    }

    /** Reads a run's log from after a position until the run ends or requires action. Position 0 is the beginning. */
    public LogReader read(Project project, String threadId, String runId, long after) {
        return log.read(logNumber(project, threadId, runId), after);
    }

    /** As {@link #read(Project, String, String, long)}, for the request that has just created the run or given it outputs: it is the project's. */
    public LogReader read(Project project, Run run, long after) {
        return sessions.find(run.id())
                .map(here -> log.read(here.lease().run(), after))
                .orElseGet(() -> read(project, run.threadId(), run.id(), after));
    }

    /** Reads a run's log from after a position until the run ends, through all rounds of tool calls. */
    public LogReader follow(Project project, String threadId, String runId, long after) {
        return log.follow(logNumber(project, threadId, runId), after);
    }

    private long logNumber(Project project, String threadId, String runId) {
        Optional<Long> number = database.read(sql -> {
            requireRun(sql, project, threadId, runId);
            Optional<Long> found = Store.runNumber(sql, runId);
            return found.isPresent() && RetentionStore.isLogRemoved(sql, found.get()) ? Optional.empty() : found;
        });
        return number.orElseThrow(() -> RejectedException.eventsGone(runId));
    }
}
