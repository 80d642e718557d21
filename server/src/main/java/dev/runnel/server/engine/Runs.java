package dev.runnel.server.engine;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.server.engine.RunSession.Stop;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.log.LogReader;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.log.Segments;
import dev.runnel.server.model.Model;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.LogStore;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.Store;
import dev.runnel.server.store.StoreException;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Runs: created, executed, stopped, recovered, read. Thread-safe. */
public final class Runs {
    private static final System.Logger LOG = System.getLogger(Runs.class.getName());

    /** How long after a failed write the runs it hit are taken up again. */
    private static final long RETRY_SECONDS = 5;

    private static final int LOOKS = 50;
    private static final long LOOK_NANOS = 20_000_000;

    private final Database database;
    private final RunLog log;
    private final Model model;
    private final Conversations conversations;
    private final Sessions sessions;
    private final InstantSource clock;
    private final Duration lifetime;
    private final ScheduledThreadPoolExecutor timer;

    /** Runs that are in the database already, or about to be, and get their session in a moment. */
    private final Set<String> starting = ConcurrentHashMap.newKeySet();

    Runs(
            Database database,
            Model model,
            Conversations conversations,
            Sessions sessions,
            InstantSource clock,
            Duration lifetime) {
        this.database = database;
        this.log = new RunLog(database);
        this.model = model;
        this.conversations = conversations;
        this.sessions = sessions;
        this.clock = clock;
        this.lifetime = lifetime;
        this.timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("runnel-expiry").factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Creates a run on a thread and sets it going. */
    public Run create(String threadId, RunRequest request) {
        conversations.thread(threadId);
        Run run = newRun(threadId, request);
        List<Message> added = conversations.newMessages(threadId, request.additionalMessages());
        start(run, List.of(), sql -> {
            for (Message message : added) {
                Store.put(sql, message);
            }
        });
        return run;
    }

    /** Creates a thread and a run on it, and sets it going. */
    public Run createWithThread(RunRequest request) {
        ThreadRequest threadRequest = Objects.requireNonNullElseGet(request.thread(),
                () -> new ThreadRequest(null, null, null));
        AssistantThread thread = conversations.newThread(threadRequest);
        Run run = newRun(thread.id(), request);
        List<Message> messages = conversations.newMessages(thread.id(), threadRequest.messages());
        start(
                run,
                List.of(new RunEvent.ThreadCreated(thread)),
                sql -> Conversations.insert(sql, thread, messages));
        return run;
    }

    private Run newRun(String threadId, RunRequest request) {
        Assistant assistant = conversations.assistant(request.assistantId());
        return RunOptions.newRun(assistant, threadId, request, now(), lifetime);
    }

    /** What else belongs into the transaction that creates a run. */
    @FunctionalInterface
    private interface Companion {
        void write(Sql sql) throws SQLException;
    }

    private record Inserted(long number, Optional<Run> holder) {}

    private void start(Run run, List<RunEvent> before, Companion companion) {
        List<RunEvent> events = new ArrayList<>(before);
        events.add(RunEvent.RunChanged.created(run));
        events.add(RunEvent.RunChanged.of(run));
        RunFold fold = new RunFold();
        List<LogEntry> entries = new ArrayList<>();
        for (RunEvent event : events) {
            fold.apply(event);
            entries.add(LogEntry.of(entries.size() + 1L, event));
        }
        starting.add(run.id());
        try {
            RunSession session = open(run, fold, insert(run, entries, companion), entries);
            scheduleExpiry(session, run);
            startWorker(session);
        } finally {
            starting.remove(run.id());
        }
    }

    /** Keeps a new run with its first events, and so takes the thread's lock; answers the run's number. */
    private long insert(Run run, List<LogEntry> entries, Companion companion) {
        Inserted inserted = database.write(sql -> {
            Optional<Long> number = Store.insert(sql, run);
            if (number.isEmpty()) {
                return new Inserted(0, Store.activeRun(sql, run.threadId()));
            }
            companion.write(sql);
            LogStore.append(sql, number.get(), Segments.pack(entries));
            return new Inserted(number.get(), Optional.empty());
        });
        if (inserted.holder().isPresent()) {
            throw RejectedException.state("Thread " + run.threadId() + " already has an active run "
                    + inserted.holder().get().id() + ".");
        }
        return inserted.number();
    }

    private RunSession open(Run run, RunFold fold, long number, List<LogEntry> entries) {
        RunSession session = new RunSession(run.id(), fold, log.append(number, entries));
        sessions.add(session);
        return session;
    }

    private void scheduleExpiry(RunSession session, Run run) {
        Long expiresAt = run.expiresAt();
        if (expiresAt != null) {
            long delay = Math.max(0, expiresAt * 1000 - clock.instant().toEpochMilli());
            Runnable expire = () -> Thread.ofVirtual().name("expire-" + run.id())
                    .start(() -> stop(session, Stop.EXPIRE));
            session.expiry(timer.schedule(expire, delay, TimeUnit.MILLISECONDS));
        }
    }

    private void startWorker(RunSession session) {
        if (session.beginWork()) {
            Thread.ofVirtual().name(session.runId()).start(() -> {
                try {
                    new RunWorker(session, model, database, clock).work();
                    session.endWork();
                    settle(session);
                    startWorker(session); // its outputs may have been submitted before it was let go
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (RuntimeException e) {
                    takeUpAnew(session, e);
                }
            });
        }
    }

    private void stop(RunSession session, Stop reason) {
        try {
            if (!session.stop(reason)) {
                settle(session);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StoreException e) {
            takeUpAnew(session, e);
        }
    }

    /** Writes the ending that a stop asks for, if nobody has, and lets the session go if the run has ended. */
    private void settle(RunSession session) throws InterruptedException {
        if (session.writeEnding(now()).terminal()) {
            session.end();
            sessions.remove(session);
        }
    }

    /** After a failed write only the database knows what is so: the run is taken up from there, as after a restart. */
    private void takeUpAnew(RunSession session, RuntimeException cause) {
        LOG.log(Level.ERROR, "the log of run " + session.runId() + " cannot be written", cause);
        session.abandon();
        sessions.remove(session);
        if (!timer.isShutdown()) {
            Future<?> _ = timer.schedule(() -> Thread.ofVirtual().start(this::recover), RETRY_SECONDS,
                    TimeUnit.SECONDS);
        }
    }

    /**
     * Asks a run to stop. The model call is closed at once; the run is then {@code cancelled}.
     *
     * @return the run as {@code cancelling}
     */
    public Run cancel(String threadId, String runId) {
        RunSession session = session(threadId, runId, Runs::cannotCancel);
        try {
            Run cancelling = session.announceCancel().orElseThrow(() -> cannotCancel(session.run()));
            stop(session, Stop.CANCEL);
            session.flush();
            return cancelling;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while cancelling", e);
        } catch (StoreException e) {
            takeUpAnew(session, e);
            throw e;
        }
    }

    /** The session of a run that has not ended. A run that is being created, or taken up again, has one in a moment. */
    private RunSession session(String threadId, String runId, Function<Run, RejectedException> rejection) {
        for (int look = 0;; look++) {
            Run run = run(threadId, runId);
            Optional<RunSession> session = sessions.find(runId);
            if (session.isPresent()) {
                return session.get();
            }
            if (run.status().terminal() || look == LOOKS) {
                throw rejection.apply(run);
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
     * @param position where the log stood before
     */
    public record Submitted(Run run, long position) {}

    /** Hands a run the outputs it waits for, all of them, and sets it going again. */
    public Submitted submit(String threadId, String runId, ToolOutputsRequest request) {
        RunSession session = session(threadId, runId, Runs::notWaiting);
        try {
            Submitted submitted = session.submit(request.toolOutputs(), now());
            startWorker(session);
            session.flush();
            return submitted;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while submitting", e);
        } catch (StoreException e) {
            takeUpAnew(session, e);
            throw e;
        }
    }

    static RejectedException notWaiting(Run run) {
        return RejectedException.state("Runs in status \"" + run.status().wire() + "\" do not accept tool outputs.");
    }

    /** A run by its id. */
    public Run run(String threadId, String runId) {
        conversations.thread(threadId);
        return database.read(sql -> Store.run(sql, threadId, runId))
                .orElseThrow(() -> RejectedException.notFound("run", runId));
    }

    /** A page of a thread's runs. */
    public Page<Run> runs(String threadId, PageRequest page) {
        conversations.thread(threadId);
        return database.read(sql -> Store.runs(sql, threadId, page));
    }

    /** A step of a run; one that is under way, as far as it is. */
    public RunStep step(String threadId, String runId, String stepId) {
        run(threadId, runId);
        return database.read(sql -> Store.step(sql, runId, stepId))
                .map(this::current)
                .orElseThrow(() -> RejectedException.notFound("run step", stepId));
    }

    /** A page of a run's steps; one that is under way, as far as it is. */
    public Page<RunStep> steps(String threadId, String runId, PageRequest page) {
        run(threadId, runId);
        Page<RunStep> stored = database.read(sql -> Store.steps(sql, runId, page));
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

    /** Reads a run's log from after a position; 0 is the beginning. */
    public LogReader read(String threadId, String runId, long after) {
        run(threadId, runId);
        return log.read(database.read(sql -> Store.runNumber(sql, runId)).orElseThrow(), after);
    }

    /** Takes up the runs that nobody has here: no run hangs, and no thread stays locked. */
    synchronized void recover() {
        for (Run run : database.read(Store::activeRuns)) {
            if (sessions.find(run.id()).isEmpty() && !starting.contains(run.id())) {
                try {
                    recover(run);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "run " + run.id() + " cannot be taken up", e);
                }
            }
        }
    }

    private void recover(Run run) throws InterruptedException {
        long number = database.read(sql -> Store.runNumber(sql, run.id())).orElseThrow();
        List<LogEntry> entries = log.entries(number);
        RunFold fold = new RunFold();
        entries.forEach(entry -> fold.apply(entry.event()));
        RunSession session = open(run, fold, number, entries);
        switch (run.status()) {
            case QUEUED -> {
                scheduleExpiry(session, run);
                startWorker(session);
            }
            case REQUIRES_ACTION -> scheduleExpiry(session, run);
            case CANCELLING -> stop(session, Stop.CANCEL);
            default -> {
                LastError error = new LastError("server_error", "The server was restarted while it executed the run.");
                session.emitFrom(ended -> RunEnding.failed(ended, now(), error));
                settle(session);
            }
        }
    }

    /** Stops all workers, leaving their runs to {@link #recover}. */
    void shutdown() {
        timer.shutdownNow();
        String open = sessions.all().stream().map(RunSession::runId).collect(Collectors.joining(", "));
        if (!open.isEmpty()) {
            LOG.log(Level.INFO, "left for the next start: {0}", open);
        }
        sessions.all().forEach(session -> session.stop(Stop.SHUTDOWN));
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
