package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.ThreadRequest;
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
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.RetentionStore;
import dev.runnel.server.store.rows.Store;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Runs and their steps: created, stopped, handed outputs, changed, read. Thread-safe. */
public final class Runs {
    private static final int LOOKS = 50;
    private static final long LOOK_NANOS = 20_000_000;

    /** How often to look whether a cancelled run has ended: for 10 seconds in all. */
    private static final int LOOKS_AT_ENDING = 500;

    private final Database database;
    private final RunLog log;
    private final Assistants assistants;
    private final Conversations conversations;
    private final Sessions sessions;
    private final RunExecutor executor;
    private final Idempotency idempotency;
    private final InstantSource clock;
    private final Duration lifetime;
    private final UnsupportedTools unsupported;

    public Runs(
            Database database,
            RunLog log,
            Assistants assistants,
            Conversations conversations,
            Sessions sessions,
            RunExecutor executor,
            Idempotency idempotency,
            InstantSource clock,
            RunPolicy policy) {
        this.database = database;
        this.log = log;
        this.assistants = assistants;
        this.conversations = conversations;
        this.sessions = sessions;
        this.executor = executor;
        this.idempotency = idempotency;
        this.clock = clock;
        this.lifetime = policy.lifetime();
        this.unsupported = new UnsupportedTools(policy.ignoreUnsupportedTools());
    }

    /** Creates a run on a thread and sets it going; or finds the one that was created by the same key. */
    public Run create(Project project, String threadId, RunRequest request, Optional<IdempotencyKey> key) {
        return idempotency.once(
                project, key, note -> create(project, threadId, request, note),
                done -> run(project, done.threadId(), done.objectId()));
    }

    private Run create(Project project, String threadId, RunRequest request, Idempotency.Note note) {
        conversations.thread(project, threadId);
        Run run = newRun(project, threadId, request);
        List<Message> added = conversations.newMessages(project, threadId, request.additionalMessages());
        start(new NewRun(project, run, Optional.empty(), added, note));
        return run;
    }

    /** Creates a thread and a run on it, and sets it going; or finds the run that was created by the same key. */
    public Run createWithThread(Project project, RunRequest request, Optional<IdempotencyKey> key) {
        return idempotency.once(
                project, key, note -> createWithThread(project, request, note),
                done -> run(project, done.threadId(), done.objectId()));
    }

    private Run createWithThread(Project project, RunRequest request, Idempotency.Note note) {
        ThreadRequest threadRequest = Objects.requireNonNullElseGet(request.thread(),
                () -> new ThreadRequest(null, null, null));
        AssistantThread thread = conversations.newThread(threadRequest);
        Run run = newRun(project, thread.id(), request);
        List<Message> messages = conversations.newMessages(project, thread.id(), threadRequest.messages());
        start(new NewRun(project, run, Optional.of(thread), messages, note));
        return run;
    }

    private Run newRun(Project project, String threadId, RunRequest request) {
        Assistant assistant = assistants.get(project, request.assistantId());
        Run run = RunOptions.newRun(assistant, threadId, request, now(), lifetime);
        unsupported.check(run);
        return run;
    }

    /** How long ago a run was created, or went on after the latest tool outputs; times are kept in whole seconds. */
    public Duration age(Run run) {
        long since = Math.max(run.createdAt(), Objects.requireNonNullElse(run.startedAt(), 0L));
        Duration age = Duration.between(Instant.ofEpochSecond(since), clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** What belongs into the transaction that creates a run. */
    private record NewRun(
            Project project,
            Run run,
            Optional<AssistantThread> newThread,
            List<Message> messages,
            Idempotency.Note note) {}

    private record Inserted(Optional<Lease> lease, Optional<RejectedException> refusal) {
        static Inserted refused(Optional<RejectedException> refusal) {
            return new Inserted(Optional.empty(), refusal);
        }
    }

    private void start(NewRun created) {
        Run run = created.run();
        List<RunEvent> events = new ArrayList<>();
        created.newThread().ifPresent(thread -> events.add(new RunEvent.ThreadCreated(thread)));
        events.add(RunEvent.RunChanged.created(run));
        events.add(RunEvent.RunChanged.of(run));
        executor.start(run, events, entries -> insert(created, entries));
    }

    /** Keeps a new run with its first events, and so takes the thread's lock, and the run's lease. */
    private Lease insert(NewRun created, List<LogEntry> entries) {
        Inserted inserted = database.write(sql -> insert(sql, created, entries));
        if (inserted.refusal().isPresent()) {
            throw inserted.refusal().get();
        }
        return inserted.lease().orElseThrow();
    }

    private Inserted insert(Sql sql, NewRun created, List<LogEntry> entries) throws SQLException {
        Run run = created.run();
        if (created.newThread().isPresent()) {
            Store.insert(sql, created.project().name(), created.newThread().get());
        } else if (!Store.hasThread(sql, created.project().name(), run.threadId())) {
            return Inserted.refused(Optional.of(Conversations.noThread(run.threadId()))); // deleted meanwhile
        }
        Optional<Long> number = Store.insert(sql, run);
        if (number.isEmpty()) {
            return Inserted.refused(Store.activeRun(sql, run.threadId()).map(Runs::threadLocked));
        }
        for (Message message : created.messages()) {
            Store.put(sql, message);
        }
        Lease lease = log.begin(sql, number.get(), entries);
        created.note().write(sql, run.threadId(), run.id(), 0);
        return new Inserted(Optional.of(lease), Optional.empty());
    }

    private static RejectedException threadLocked(Run holder) {
        return RejectedException.state(
                "Thread " + holder.threadId() + " already has an active run " + holder.id() + ".");
    }

    /**
     * Asks a run to stop. The model call is closed at once; the run is then {@code cancelled}.
     *
     * @return the run as {@code cancelling}
     */
    public Run cancel(Project project, String threadId, String runId) {
        RunSession session = session(project, threadId, runId, Runs::cannotCancel);
        return executor.cancel(session).orElseThrow(() -> cannotCancel(session.run()));
    }

    private RunSession session(
            Project project, String threadId, String runId, Function<Run, RejectedException> rejection) {
        Optional<RunSession> live = live(project, threadId, runId);
        if (live.isPresent()) {
            return live.get();
        }
        Run run = run(project, threadId, runId);
        throw run.status().terminal() ? rejection.apply(run) : UnavailableException.givenUp(runId);
    }

    /** The session of a run that has not ended. A run that is being created, or taken up again, has one in a moment. */
    private Optional<RunSession> live(Project project, String threadId, String runId) {
        for (int look = 0;; look++) {
            Run run = run(project, threadId, runId);
            Optional<RunSession> session = sessions.find(runId);
            if (session.isPresent() || run.status().terminal() || look == LOOKS) {
                return session;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static RejectedException cannotCancel(Run run) {
        return RejectedException.state("Cannot cancel run with status '" + run.status().wire() + "'.");
    }

    /**
     * What a submission leads to.
     *
     * @param run the run, queued again
     * @param number on the wire of the last event before
     */
    public record Submitted(Run run, long number) {}

    /** Hands a run the outputs it waits for, all of them, and sets it going again; once by the same key. */
    public Submitted submit(
            Project project,
            String threadId,
            String runId,
            ToolOutputsRequest request,
            Optional<IdempotencyKey> key) {
        return idempotency.once(
                project, key, note -> {
                    RunSession session = session(project, threadId, runId, Runs::notWaiting);
                    return executor.submit(session, request.toolOutputs(), note);
                },
                done -> new Submitted(run(project, done.threadId(), done.objectId()), done.position()));
    }

    static RejectedException notWaiting(Run run) {
        return RejectedException.state("Runs in status \"" + run.status().wire() + "\" do not accept tool outputs.");
    }

    /** A run by its id. */
    public Run run(Project project, String threadId, String runId) {
        return database.read(sql -> requireRun(sql, project, threadId, runId));
    }

    private static Run requireRun(Sql sql, Project project, String threadId, String runId) throws SQLException {
        Conversations.requireThread(sql, project, threadId);
        return Store.run(sql, threadId, runId).orElseThrow(() -> RejectedException.notFound("run", runId));
    }

    /** Gives a run other metadata, whatever its state. */
    public Run modify(Project project, String threadId, String runId, Map<String, String> metadata) {
        Optional<RunSession> session = live(project, threadId, runId);
        Database.Work<Optional<Run>> keep = sql -> {
            Store.relabelRun(sql, runId, metadata);
            return Store.run(sql, threadId, runId);
        };
        Optional<Run> changed = session.isPresent()
                ? session.get().relabel(metadata, () -> database.begin(keep)).get()
                : database.write(keep);
        return changed.orElseThrow(() -> RejectedException.notFound("run", runId));
    }

    /** Deletes a thread with all that is in it. A run that is active is cancelled first. */
    public Deleted deleteThread(Project project, String threadId) {
        int missed = 0;
        for (int look = 0;; look++) {
            Deletion deletion = database.write(sql -> tryToDelete(sql, project, threadId));
            if (!deletion.found()) {
                throw Conversations.noThread(threadId);
            }
            if (deletion.active().isEmpty()) {
                return Deleted.of(threadId, "thread.deleted");
            }
            String runId = deletion.active().get().id();
            if (look == LOOKS_AT_ENDING) {
                throw UnavailableException.ending(runId);
            }
            Optional<RunSession> session = sessions.find(runId);
            session.ifPresent(executor::cancel);
            missed = session.isPresent() ? 0 : missed + 1;
            if (missed > LOOKS) {
                throw UnavailableException.givenUp(runId);
            }
            LockSupport.parkNanos(LOOK_NANOS);
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

    /** A step of a run; one that is under way, as far as it is. */
    public RunStep step(Project project, String threadId, String runId, String stepId) {
        return database.read(sql -> {
            requireRun(sql, project, threadId, runId);
            return Store.step(sql, runId, stepId);
        }).map(this::current).orElseThrow(() -> RejectedException.notFound("run step", stepId));
    }

    /** A page of a run's steps; one that is under way, as far as it is. */
    public Page<RunStep> steps(Project project, String threadId, String runId, PageRequest page) {
        Page<RunStep> stored = Lists.page(database, sql -> {
            requireRun(sql, project, threadId, runId);
            return Store.steps(sql, runId, page);
        });
        return new Page<>(
                stored.data().stream().map(this::current).toList(), stored.firstId(), stored.lastId(),
                stored.hasMore());
    }

    /** As with an open message: the tables hold an open step as it was created. */
    private RunStep current(RunStep stored) {
        if (stored.status() != StepStatus.IN_PROGRESS) {
            return stored;
        }
        return sessions.find(stored.runId())
                .flatMap(session -> session.step(stored.id()))
                .or(() -> database.read(sql -> Store.step(sql, stored.runId(), stored.id()))) // ended meanwhile
                .orElse(stored);
    }

    /** Reads a run's log from after a position, 0 is the beginning, to where the run ends or requires action. */
    public LogReader read(Project project, String threadId, String runId, long after) {
        return log.read(logNumber(project, threadId, runId), after);
    }

    /** Reads a run's log from after a position, through all rounds of tool calls, to where the run ends. */
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

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
