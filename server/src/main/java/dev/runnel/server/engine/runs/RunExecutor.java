package dev.runnel.server.engine.runs;

import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.ToolOutputsRequest.ToolOutput;
import dev.runnel.protocol.Usage;
import dev.runnel.server.base.Caller;
import dev.runnel.server.base.OnFault;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.Idempotency;
import dev.runnel.server.engine.requests.UnavailableException;
import dev.runnel.server.engine.runs.RunSession.Stop;
import dev.runnel.server.log.LogAppender;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.rows.AskStore;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.time.Timers;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Starts runs, executes them in turn, and takes them up after a restart. {@link RunControl} ends them. Thread-safe. */
final class RunExecutor {
    private static final System.Logger LOG = System.getLogger(RunExecutor.class.getName());

    /** How long after a failed write its runs are taken up again. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    /** How soon to look again at an expired run that has not ended yet. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** Longer than a worker needs to abandon its model call and to write so into the log. */
    private static final Duration UNTIL_SUSPENDED = Duration.ofSeconds(5);

    private final RunContext context;
    private final Sessions sessions;
    private final RunControl control;
    private final StoredRuns stored;
    private final RunQueue queue;

    /** Where nodes share a database: how many runs are anybody's, as far as this node knows. */
    private final AtomicInteger free = new AtomicInteger();

    private volatile boolean stopping;

    /** Whether all further work on runs is left to the next start. */
    private volatile boolean suspended;

    RunExecutor(RunContext context, Sessions sessions) {
        this.context = context;
        this.sessions = sessions;
        this.control = new RunControl(context, sessions, this::recoverSoon);
        this.stored = new StoredRuns(context);
        this.queue = new RunQueue(context.policy().limits().runs(), this::work, this::takeMore);
    }

    /** Stops runs, and lets them go. */
    RunControl control() {
        return control;
    }

    /**
     * Starts a new run of a project.
     *
     * @param insert stores the run with its first events, and takes its lease
     * @throws UnavailableException if the server is being stopped
     */
    void start(Project project, Run run, List<RunEvent> events, Function<List<LogEntry>, Lease> insert) {
        refuseIfStopping();
        RunFold fold = new RunFold();
        events.forEach(fold::apply);
        List<LogEntry> entries = RunLog.first(events);
        try (Sessions.Place place = sessions.reserve(run.id()).orElseThrow()) {
            LogAppender appender = context.log().append(insert.apply(entries), entries);
            context.observer().queued(run);
            RunSession session = new RunSession(
                    new RunState(project, run.id(), false, fold, appender, Map.of(), context));
            place.fill(session);
            queue(session);
        }
    }

    /** Queues a run. If several nodes share the database and this one has no room for it now, any of them may take it. */
    private void queue(RunSession session) {
        queue.add(session);
        if (!context.log().shared()) {
            return;
        }
        try {
            if (session.leave()) {
                free.incrementAndGet();
                queue.remove(session);
                control.letGo(session);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** There are so many runs that any node may take. */
    void knowFree(int runs) {
        free.set(runs);
    }

    /** Takes up runs that are anybody's as soon as there is room, and not at the next look. */
    private void takeMore() {
        if (free.get() > 0 && !stopping) {
            recoverOrTryAgain();
        }
    }

    /**
     * Ends a run that has expired. If a worker executes the run, the worker ends it a moment later.
     *
     * @return after what time to look at the run again; empty if it has ended
     */
    Optional<Duration> expire(String runId) {
        if (!suspended) {
            Optional<RunSession> session = session(runId);
            if (session.isPresent()) {
                control.stop(session.get(), Stop.EXPIRE);
            } else {
                context.database().write(sql -> {
                    AskStore.look(sql, runId);
                    return true;
                });
            }
        }
        return stored.isActive(runId) ? Optional.of(LOOK_AGAIN) : Optional.empty();
    }

    private void work(RunSession session) {
        try {
            new Caller(session.run().threadId(), session.runId()).work(() -> {
                new RunWorker(session, context).work();
                return session;
            });
            session.endWork();
            control.settle(session);
            control.letRest(session);
            queue(session); // outputs may have been submitted while the worker still had the run
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) { // Error too: no run may be left without an owner
            control.giveUp(session, e);
        }
    }

    /** How many runs are being executed. */
    int executing() {
        return queue.working();
    }

    /** How many runs wait for their turn, at all nodes. */
    int queued() {
        return queue.waiting() + free.get();
    }

    private void refuseIfStopping() {
        if (stopping) {
            throw UnavailableException.stopping();
        }
    }

    /**
     * The session of a run. If the run is not under way here, and no other node has it, it is taken up from the database.
     * Empty if the run has ended, or another node has it.
     */
    Optional<RunSession> session(String runId) {
        Optional<RunSession> here = sessions.find(runId);
        if (here.isPresent() || !context.log().shared()) {
            return here;
        }
        Optional<Run> run = stored.active(runId);
        run.ifPresent(active -> takeUp(active, true));
        return run.isEmpty() ? Optional.empty() : sessions.find(runId);
    }

    private void recoverSoon() {
        Timers.Timer _ = context.timers().after(RETRY, this::recoverOrTryAgain);
    }

    /**
     * Gives a run all the outputs that it waits for, and queues it again.
     *
     * @throws UnavailableException if the server is being stopped
     */
    RunSession.Requeued submit(RunSession session, List<ToolOutput> outputs, Idempotency.Note note) {
        refuseIfStopping();
        return control.keeping(session, () -> {
            RunSession.Requeued submitted = session.submit(outputs, note, context.now());
            queue(session);
            session.flush();
            return submitted;
        });
    }

    /**
     * Does for a run what other nodes have asked for: takes in changed metadata, and ends the run if that was asked for.
     * The metadata is read before the wish is taken down, so that it is done by then, and after it, so that none is missed.
     */
    void look(RunSession session) {
        String runId = session.runId();
        stored.active(runId).ifPresent(row -> takeIn(session, row));
        Optional<Run> row = context.database().write(sql -> {
            AskStore.seen(sql, runId);
            return Store.activeRunById(sql, runId);
        });
        if (row.isEmpty()) {
            return;
        }
        takeIn(session, row.get());
        Long expiresAt = row.get().expiresAt();
        if (stored.isCancelAsked(runId)) {
            control.cancel(session);
        } else if (expiresAt != null && expiresAt <= context.now()) {
            control.stop(session, Stop.EXPIRE);
        }
    }

    private void takeIn(RunSession session, Run row) {
        session.takeIn(row.metadata(), message -> context.database().read(
                sql -> Store.message(sql, message.threadId(), message.id())).map(Message::metadata));
    }

    void recoverOrTryAgain() {
        try {
            recover();
        } catch (StoreException e) {
            tell("cannot read the active runs from the database", e);
            recoverSoon();
        }
    }

    /**
     * Takes up the active runs that have no session here, so that no run hangs and no thread stays locked. Does nothing
     * once the runs are suspended: the database may be closed by then.
     */
    synchronized void recover() {
        if (suspended) {
            return;
        }
        boolean shared = context.log().shared();
        List<Run> runs = stored.free(shared ? queue.room() : Integer.MAX_VALUE);
        for (Run run : runs) {
            if (!suspended) {
                takeUp(run, false);
            }
        }
        if (shared) {
            free.updateAndGet(known -> Math.max(0, known - runs.size()));
        }
    }

    /** @param wanted whether a request waits for the run here; otherwise any other node will do as well */
    private void takeUp(Run run, boolean wanted) {
        Optional<Sessions.Place> free = sessions.reserve(run.id());
        if (free.isEmpty()) {
            return;
        }
        try (Sessions.Place place = free.get()) {
            recover(run, place, wanted);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            tell("cannot continue run " + run.id(), e);
            recoverSoon();
        }
    }

    /** While the database is away each try fails, and is no fault of Runnel's. */
    private static void tell(String what, RuntimeException e) {
        Optional<String> outage = e instanceof StoreException store ? store.outage() : Optional.empty();
        if (outage.isPresent()) {
            LOG.log(Level.WARNING, what + " yet: " + outage.get());
        } else {
            LOG.log(Level.ERROR, what, e);
        }
    }

    private void recover(Run run, Sessions.Place place, boolean wanted) throws InterruptedException {
        Optional<RunState> state = stored.take(run);
        if (state.isEmpty()) {
            return;
        }
        RunSession session = new RunSession(state.get());
        place.fill(session);
        try {
            takeUp(session, session.run(), wanted);
        } catch (RuntimeException e) {
            control.giveUp(session, e);
        }
    }

    private void takeUp(RunSession session, Run run, boolean wanted) throws InterruptedException {
        if (stored.isCancelAsked(run.id())) {
            control.cancel(session);
            return;
        }
        switch (run.status()) {
            case QUEUED -> {
                if (wanted) {
                    queue.add(session);
                } else {
                    queue(session);
                }
            }
            case REQUIRES_ACTION -> {
                if (!wanted) {
                    control.letRest(session);
                }
            }
            case CANCELLING -> control.stop(session, Stop.CANCEL);
            default -> takeUpCutOff(session, run);
        }
    }

    /** Takes up a run that was being executed and whose worker is gone: it is tried again, or fails. */
    private void takeUpCutOff(RunSession session, Run run) throws InterruptedException {
        int tries = stored.tries(run.id());
        String what = "The server was cut off while it executed the run";
        if (context.policy().onCrash() == OnFault.RETRY && tries < RunPolicy.MAX_TRIES) {
            session.queueAgain(context.now(), new LastError("server_error", what + ", which is tried again."));
            queue(session);
        } else {
            LastError error = new LastError("server_error", what + (tries > 1 ? ", " + tries + " times." : "."));
            session.emitFrom(ended -> RunEnding.failed(ended, context.now(), error, Usage.NONE));
            control.settle(session);
        }
    }

    /**
     * Refuses new runs, and lets the workers go on for the given time. Runs that have not ended by then are queued
     * again, and the next start {@linkplain #recover takes them up}. The remaining workers get some seconds to stop.
     */
    void drain(Duration patience) {
        stopping = true;
        queue.close();
        queue.awaitIdle(patience);
        suspended = true;
        stopSessions();
        queue.awaitIdle(UNTIL_SUSPENDED);
    }

    /** Asks all runs under way to stop. A {@link #recover} that is under way ends before, and so takes up no run after that. */
    private synchronized void stopSessions() {
        String open = sessions.all().stream().map(RunSession::runId).collect(Collectors.joining(", "));
        if (!open.isEmpty()) {
            LOG.log(Level.INFO, "these runs continue at the next start: {0}", open);
        }
        sessions.all().forEach(session -> session.stop(Stop.SHUTDOWN));
    }
}
