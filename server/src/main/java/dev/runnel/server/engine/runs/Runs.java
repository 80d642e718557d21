package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.conversations.Assistants;
import dev.runnel.server.engine.conversations.Conversations;
import dev.runnel.server.engine.requests.Idempotency;
import dev.runnel.server.engine.requests.IdempotencyKey;
import dev.runnel.server.engine.requests.Lists;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.requests.UnavailableException;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.log.LogReader;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.RetentionStore;
import dev.runnel.server.store.rows.Store;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Runs and their steps. Creates, reads, changes and cancels runs, and gives them tool outputs. Thread-safe. */
public final class Runs {
    /** How long a thread's deletion waits for the thread's run to end. */
    private static final Duration ENDING = Duration.ofSeconds(10);

    private static final String STEP_COMPLETED = "thread.run.step.completed";

    private final Database database;
    private final RunLog log;
    private final Sessions sessions;
    private final RunExecutor executor;
    private final RunCreation creation;
    private final Idempotency idempotency;
    private final InstantSource clock;

    /**
     * The runs of a database. Those that an earlier process left wait for {@link #takeUp}.
     *
     * @param sessions the runs under way, in which the conversations find open messages
     */
    public Runs(RunContext context, Assistants assistants, Conversations conversations, Sessions sessions,
            Idempotency idempotency) {
        this.database = context.database();
        this.log = context.log();
        this.clock = context.clock();
        this.sessions = sessions;
        this.executor = new RunExecutor(context, sessions);
        this.creation = new RunCreation(context, assistants, conversations, executor);
        this.idempotency = idempotency;
    }

    /** Takes up the runs that an earlier process left, so that no run hangs and no thread stays locked. */
    public void takeUp() {
        executor.recover();
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
        RunSession session = session(project, threadId, runId, Runs::cannotCancel);
        return executor.cancel(session).orElseThrow(() -> cannotCancel(session.run()));
    }

    private RunSession session(
            Project project, String threadId, String runId, Function<Run, RejectedException> rejection) {
        run(project, threadId, runId); // throws unless the project has the run
        Optional<RunSession> session = sessions.find(runId);
        if (session.isPresent()) {
            return session.get();
        }
        Run run = run(project, threadId, runId); // a session is removed only after its run's end is durable
        throw run.status().terminal() ? rejection.apply(run) : UnavailableException.givenUp(runId);
    }

    private static RejectedException cannotCancel(Run run) {
        return RejectedException.state("Cannot cancel run with status '" + run.status().wire() + "'.");
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
                project, key, note -> {
                    RunSession session = session(project, threadId, runId, ToolOutputs::notWaiting);
                    RunSession.Requeued requeued = executor.submit(session, request.toolOutputs(), note);
                    return new Submitted(requeued.run(), requeued.number());
                },
                done -> new Submitted(run(project, done.threadId(), done.objectId()), done.position()));
    }

    /** A run by its id. */
    public Run run(Project project, String threadId, String runId) {
        return database.read(sql -> requireRun(sql, project, threadId, runId));
    }

    private static Run requireRun(Sql sql, Project project, String threadId, String runId) throws SQLException {
        Conversations.requireThread(sql, project, threadId);
        return Store.run(sql, threadId, runId).orElseThrow(() -> RejectedException.notFound("run", runId));
    }

    /** Replaces a run's metadata, whatever its status. */
    public Run modify(Project project, String threadId, String runId, Map<String, String> metadata) {
        run(project, threadId, runId); // throws unless the project has the run
        Optional<RunSession> session = sessions.find(runId);
        Database.Work<Optional<Run>> keep = sql -> {
            Store.relabelRun(sql, runId, metadata);
            return Store.run(sql, threadId, runId);
        };
        Optional<Run> changed = session.isPresent()
                ? session.get().relabel(metadata, () -> database.begin(keep)).get()
                : database.write(keep);
        return changed.orElseThrow(() -> RejectedException.notFound("run", runId));
    }

    /**
     * Deletes a thread with its messages and runs. An active run is cancelled first, which is waited for up to 10
     * seconds.
     */
    public Deleted deleteThread(Project project, String threadId) {
        long deadline = System.nanoTime() + ENDING.toNanos();
        String missed = "";
        while (true) {
            Deletion deletion = database.write(sql -> tryToDelete(sql, project, threadId));
            if (!deletion.found()) {
                throw Conversations.noThread(threadId);
            }
            if (deletion.active().isEmpty()) {
                return Deleted.of(threadId, "thread.deleted");
            }
            String runId = deletion.active().get().id();
            Optional<RunSession> session = sessions.find(runId);
            if (session.isPresent()) {
                endWithin(session.get(), Duration.ofNanos(deadline - System.nanoTime()));
            } else if (missed.equals(runId)) { // the run was active before and after its session was looked for in vain
                throw UnavailableException.givenUp(runId);
            } else {
                missed = runId;
            }
        }
    }

    private void endWithin(RunSession session, Duration patience) {
        executor.cancel(session);
        try {
            if (!session.awaitLetGo(patience)) {
                throw UnavailableException.ending(session.runId());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a run was ending", e);
        }
    }

    private record Deletion(boolean found, Optional<Run> active) {}

    private static Deletion tryToDelete(Sql sql, Project project, String threadId) throws SQLException {
        Optional<Run> active = Store.activeRun(sql, threadId);
        boolean found = active.isPresent()
                ? Store.hasThread(sql, project.name(), threadId)
                : Store.deleteThread(sql, project.name(), threadId);
        return new Deletion(found, active);
    }

    /** A page of a thread's runs. */
    public Page<Run> runs(Project project, String threadId, PageRequest page) {
        return Lists.page(database, sql -> {
            Conversations.requireThread(sql, project, threadId);
            return Store.runs(sql, threadId, page);
        });
    }

    /** What of its steps a run shows. */
    public enum StepView {
        /** What all see. */
        USUAL,
        /** Also the text of the passages that file searches have found. */
        WITH_CONTENT
    }

    /** A step of a run. A step in progress shows what it has so far. */
    public RunStep step(Project project, String threadId, String runId, String stepId, StepView view) {
        return database.read(sql -> {
            requireRun(sql, project, threadId, runId);
            return Store.step(sql, runId, stepId);
        }).map(step -> current(step, view)).orElseThrow(() -> RejectedException.notFound("run step", stepId));
    }

    /** A page of a run's steps. A step in progress shows what it has so far. */
    public Page<RunStep> steps(Project project, String threadId, String runId, PageRequest page, StepView view) {
        Page<RunStep> stored = Lists.page(database, sql -> {
            requireRun(sql, project, threadId, runId);
            return Store.steps(sql, runId, page);
        });
        return new Page<>(
                stored.data().stream().map(step -> current(step, view)).toList(), stored.firstId(), stored.lastId(),
                stored.hasMore());
    }

    /**
     * The current state of a step. The tables hold an open step as it was created; its run's session has what was added
     * since.
     */
    private RunStep current(RunStep stored, StepView view) {
        if (stored.status() != StepStatus.IN_PROGRESS) {
            return view == StepView.USUAL ? stored : withContent(stored);
        }
        return sessions.find(stored.runId())
                .flatMap(session -> session.step(stored.id()))
                .or(() -> database.read(sql -> Store.step(sql, stored.runId(), stored.id()))) // ended meanwhile
                .orElse(stored);
    }

    /** A completed step with the text of the passages that its file searches have found. */
    private RunStep withContent(RunStep step) {
        return database.read(sql -> Store.stepNotes(sql, step.id()))
                .map(notes -> ServerCalls.whole(step, notes))
                .orElse(step);
    }

    /**
     * An event of a run as a view shows it. An event that the view does not change is returned as it is.
     *
     * @param event read from the run's log
     */
    public LogEntry shown(LogEntry event, StepView view) {
        return view == StepView.WITH_CONTENT && event.name().equals(STEP_COMPLETED)
                && event.event() instanceof RunEvent.StepChanged completed
                        ? event.with(RunEvent.StepChanged.of(withContent(completed.step())))
                        : event;
    }

    /** Reads a run's log from after a position until the run ends or requires action. Position 0 is the beginning. */
    public LogReader read(Project project, String threadId, String runId, long after) {
        return log.read(logNumber(project, threadId, runId), after);
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
