package dev.runnel.server.engine.runs;

import dev.runnel.model.ModelStream;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.protocol.Usage;
import dev.runnel.server.base.RequestId;
import dev.runnel.server.engine.prompts.Prompt;
import dev.runnel.server.engine.prompts.Prompts;
import dev.runnel.server.engine.requests.Idempotency;
import dev.runnel.server.log.LogAppender;
import dev.runnel.server.store.rows.CrashStore;
import dev.runnel.server.store.rows.StepNotes;
import dev.runnel.server.store.rows.Store;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run under way: its fold, its place in the log, and the owner that may change it now. Thread-safe.
 *
 * <p>While a worker executes the run, only the worker appends to the log. The one exception is the event that announces a
 * cancellation. To end the run, another thread calls {@link #stop}: this ends the worker's model call and refuses its next append, and
 * the worker writes the ending itself. Without a worker, the thread that holds the lock may change the run.
 */
final class RunSession {
    private static final LastError STOPPED = new LastError(
            "server_error", "The server was stopped while it executed the run, which goes on at the next start.");

    private final String runId;
    private final boolean takenUp;
    private final ReentrantLock lock = new ReentrantLock();
    private final EndableCall call = new EndableCall();

    // Guarded by lock.
    private final RunFold fold;
    private final LogAppender log;
    private @Nullable Stop stop;
    private boolean working;
    private final Map<String, StepNotes> notes;
    private Usage interrupted = Usage.NONE;

    /** Which request set the run going: for the log. */
    private volatile String requestId = RequestId.current();

    /** Why a run is to end before it is done. */
    enum Stop {
        CANCEL,
        EXPIRE,
        /** The server is stopped: the run is queued again, for the next start to take up. */
        SHUTDOWN
    }

    /** Tells the worker that the run is to end. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * A run's session.
     *
     * @param takenUp whether the run was there before, and nobody had it
     * @param notes on the run's steps so far, by their id
     */
    RunSession(String runId, boolean takenUp, RunFold fold, LogAppender log, Map<String, StepNotes> notes) {
        this.runId = runId;
        this.takenUp = takenUp;
        this.fold = fold;
        this.log = log;
        this.notes = new HashMap<>(notes);
    }

    String runId() {
        return runId;
    }

    /** The id of the request that set the run going, by creating it or with tool outputs; {@code none} after a restart. */
    String requestId() {
        return requestId;
    }

    /** Does something with the run to oneself. */
    <T> T locked(Function<RunFold, T> action) {
        lock.lock();
        try {
            return action.apply(fold);
        } finally {
            lock.unlock();
        }
    }

    /** The position of the last entry. */
    long position() {
        return log.position();
    }

    Run run() {
        return locked(RunSession::run);
    }

    /** A message as far as it has been written, and is durable. */
    Optional<Message> message(String id) {
        return durable(f -> f.message(id));
    }

    /** A run step as far as it has come, and is durable. */
    Optional<RunStep> step(String id) {
        return durable(f -> f.step(id));
    }

    /** A crash must not take back a shown object, so the fold is handed out when all its events are committed. */
    private <T> T durable(Function<RunFold, T> view) {
        T seen;
        long position;
        lock.lock();
        try {
            seen = view.apply(fold);
            position = log.position();
        } finally {
            lock.unlock();
        }
        try {
            log.awaitDurable(position);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a commit", e);
        }
        return seen;
    }

    /**
     * Gives the run other metadata, which no event tells: so that later snapshots have it.
     *
     * @param keep begins to keep it; called with the run to oneself, so that all agree on the last of several changes
     */
    <T> T relabel(Map<String, String> metadata, Supplier<T> keep) {
        return locked(f -> {
            f.apply(RunEvent.RunChanged.of(run(f).change().metadata(metadata).run()));
            return keep.get();
        });
    }

    /** As for the run itself: gives one of its messages other metadata. */
    <T> T relabel(String messageId, Map<String, String> metadata, Supplier<T> keep) {
        return locked(f -> {
            f.message(messageId).ifPresent(
                    message -> f.apply(RunEvent.MessageChanged.of(message.withMetadata(metadata))));
            return keep.get();
        });
    }

    /** The worker's append; refused once the run is to stop. */
    void emit(RunEvent... events) throws InterruptedException {
        lock.lock();
        try {
            if (stop != null) {
                throw new StoppedException();
            }
            append(events);
        } finally {
            lock.unlock();
        }
    }

    /** The worker's append of what a function of the fold says; refused once the run is to stop. */
    void emitFrom(Function<RunFold, List<RunEvent>> events) throws InterruptedException {
        lock.lock();
        try {
            emit(events.apply(fold).toArray(RunEvent[]::new));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins a try, which counts from here on. Of a run that was taken up it counts, durably, before anything else is done: the run
     * may be what has ended the process before.
     */
    void begin(long now) throws InterruptedException {
        lock.lock();
        try {
            if (stop != null) {
                throw new StoppedException();
            }
            append(
                    sql -> CrashStore.begin(sql, runId),
                    RunEvent.RunChanged.of(run(fold).change().inProgress(now).run()));
        } finally {
            lock.unlock();
        }
        if (takenUp) {
            flush();
        }
    }

    /** Queues the run again, which was cut off. */
    void queueAgain(long now, LastError error) throws InterruptedException {
        lock.lock();
        try {
            append(RunEnding.queuedAgain(fold, now, error, Usage.NONE).toArray(RunEvent[]::new));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops at the functions that were called.
     *
     * @param kept what is to be remembered meanwhile, over a restart too
     */
    void requireAction(StepNotes kept) throws InterruptedException {
        lock.lock();
        try {
            if (stop != null) {
                throw new StoppedException();
            }
            RunStep step = fold.openStep().orElseThrow();
            Run waiting = run(fold).change().requiresAction(ToolOutputs.required(step)).run();
            RunEvent event = RunEvent.RunChanged.of(waiting);
            log.checkWritable();
            notes.put(step.id(), kept);
            fold.apply(event);
            log.append(sql -> {
                Store.put(sql, step.id(), kept);
                CrashStore.rest(sql, runId);
            }, event);
        } finally {
            lock.unlock();
        }
    }

    /** The prompt for the next model call. */
    Prompt prompt(List<Message> thread) {
        return locked(f -> Prompts.prompt(f, notes, thread));
    }

    /** The worker has let go of a model call because the run is to stop, and says what it used. */
    void interrupted(Usage used) {
        lock.lock();
        try {
            interrupted = used;
        } finally {
            lock.unlock();
        }
    }

    /** What the open step used, if it waits; else what the call used that was interrupted. */
    private Usage used() {
        return fold.openStep().map(step -> notes.get(step.id())).map(StepNotes::used).orElse(interrupted);
    }

    /** Takes the outputs of all the calls that wait, and queues the run again. */
    Runs.Submitted submit(List<ToolOutputsRequest.ToolOutput> outputs, Idempotency.Note note, long now)
            throws InterruptedException {
        lock.lock();
        try {
            Run run = run(fold);
            if (run.status() != RunStatus.REQUIRES_ACTION || stop != null) {
                throw Runs.notWaiting(run);
            }
            RunStep answered = ToolOutputs.answer(fold.openStep().orElseThrow(), outputs);
            Run queued = run.change().queued().run();
            requestId = RequestId.current();
            long before = log.number();
            append(
                    sql -> note.write(sql, run.threadId(), run.id(), before),
                    RunEvent.StepChanged.of(answered.completed(now, used())),
                    RunEvent.RunChanged.of(queued));
            return new Runs.Submitted(queued, before);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says that the run is being cancelled.
     *
     * @return the run as it is then; empty if it has ended
     */
    Optional<Run> announceCancel() throws InterruptedException {
        lock.lock();
        try {
            Run run = run(fold);
            if (run.status().terminal()) {
                return Optional.empty();
            }
            if (run.status() != RunStatus.CANCELLING) {
                append(RunEvent.RunChanged.of(run.change().cancelling().run()));
                stop = stop == null ? Stop.CANCEL : stop;
            }
            return Optional.of(run(fold));
        } finally {
            lock.unlock();
        }
    }

    /** Writes the ending that a stop asks for, unless a worker will or the run has ended; answers the run's status. */
    RunStatus writeEnding(long now) throws InterruptedException {
        lock.lock();
        try {
            boolean open = !working && !run(fold).status().terminal();
            if (open && stop == Stop.CANCEL) {
                append(RunEnding.cancelled(fold, now, used()).toArray(RunEvent[]::new));
            } else if (open && stop == Stop.EXPIRE) {
                append(RunEnding.expired(fold, now, used()).toArray(RunEvent[]::new));
            } else if (open && stop == Stop.SHUTDOWN && run(fold).status() == RunStatus.IN_PROGRESS) {
                append(
                        sql -> CrashStore.rest(sql, runId),
                        RunEnding.queuedAgain(fold, now, STOPPED, used()).toArray(RunEvent[]::new));
                log.flush();
            }
            return run(fold).status();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until an event is durable. */
    void awaitDurable(long position) throws InterruptedException {
        log.awaitDurable(position);
    }

    /** Waits until what was appended so far is durable, and so is seen by the next reader of the run. */
    void flush() throws InterruptedException {
        log.flush();
    }

    private static Run run(RunFold fold) {
        return fold.run().orElseThrow();
    }

    private void append(RunEvent... events) throws InterruptedException {
        append(sql -> {}, events);
    }

    private void append(LogAppender.Also also, RunEvent... events) throws InterruptedException {
        log.checkWritable();
        for (RunEvent event : events) {
            fold.apply(event);
        }
        log.append(also, events);
    }

    /** Takes the run for a worker; false if there is no work, another has it already, or it is to stop. */
    boolean beginWork() {
        lock.lock();
        try {
            boolean free = !working && stop == null && run(fold).status() == RunStatus.QUEUED;
            working |= free;
            return free;
        } finally {
            lock.unlock();
        }
    }

    /** Gives the run back. */
    void endWork() {
        call.letGo();
        lock.lock();
        try {
            working = false;
        } finally {
            lock.unlock();
        }
    }

    /** Makes a model call in such a way that {@link #stop} can end it. */
    ModelStream call(Supplier<ModelStream> model) {
        return call.begin(model);
    }

    /**
     * Asks the run to end: the first reason given holds.
     *
     * @return whether a worker is there to write the ending; else the caller must
     */
    boolean stop(Stop reason) {
        boolean worked;
        lock.lock();
        try {
            if (stop == null) {
                stop = reason;
            }
            worked = working;
        } finally {
            lock.unlock();
        }
        call.end();
        return worked;
    }

    /** The run has ended: waits until all is durable, and closes the log. */
    void end() throws InterruptedException {
        log.end();
    }

    /** The log cannot be written: nothing of this session counts any more. */
    void abandon() {
        log.abandon();
    }
}
