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
import dev.runnel.server.engine.prompts.Prompt;
import dev.runnel.server.engine.requests.Idempotency;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.tool.RunTools;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may change a run under way, and when: the worker, the stop that ends its work, and the lock that guards the run's
 * {@linkplain RunState state}. Thread-safe.
 *
 * <p>While a worker executes the run, only the worker appends to the log. The one exception is the event that announces a
 * cancellation. To end the run, another thread calls {@link #stop}: this ends the worker's model call or tool and refuses its next append, and
 * the worker writes the ending itself. Without a worker, the thread that holds the lock may change the run.
 */
final class RunSession {
    private final ReentrantLock lock = new ReentrantLock();
    private final EndableCall call = new EndableCall();
    private final CountDownLatch letGo = new CountDownLatch(1);

    // Guarded by lock.
    private final RunState state;
    private @Nullable Stop stop;
    private boolean working;

    /** Why a run is to end before it is done. */
    enum Stop {
        CANCEL,
        EXPIRE,
        /** The server is stopped: the run is queued again, for the next start to take up. */
        SHUTDOWN
    }

    RunSession(RunState state) {
        this.state = state;
    }

    /** Something done with a run that nobody else changes meanwhile. */
    @FunctionalInterface
    interface Change {
        /** Does it. */
        void make(RunState state) throws InterruptedException;
    }

    String runId() {
        return state.runId();
    }

    /** Looks at the run, which nobody changes meanwhile. */
    <T> T see(Function<RunFold, T> view) {
        lock.lock();
        try {
            return view.apply(state.fold());
        } finally {
            lock.unlock();
        }
    }

    Run run() {
        return see(fold -> fold.run().orElseThrow());
    }

    /** The prompt for the next model call. */
    Prompt prompt(List<Message> thread, RunTools tools) {
        lock.lock();
        try {
            return state.prompt(thread, tools);
        } finally {
            lock.unlock();
        }
    }

    /** A message as far as it has been written, and is durable. */
    Optional<Message> message(String id) {
        return durable(fold -> fold.message(id));
    }

    /** A run step as far as it has come, and is durable. */
    Optional<RunStep> step(String id) {
        return durable(fold -> fold.step(id));
    }

    /** A crash must not take back a shown object, so the fold is handed out when all its events are committed. */
    private <T> T durable(Function<RunFold, T> view) {
        T seen;
        long position;
        lock.lock();
        try {
            seen = view.apply(state.fold());
            position = state.position();
        } finally {
            lock.unlock();
        }
        try {
            state.awaitDurable(position);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a commit", e);
        }
        return seen;
    }

    /**
     * Gives the run other metadata: later snapshots have them.
     *
     * @param keep begins to keep them; called while nobody else changes the run, so that all agree on the last of several changes
     */
    <T> T relabel(Map<String, String> metadata, Supplier<T> keep) {
        lock.lock();
        try {
            state.relabel(metadata);
            return keep.get();
        } finally {
            lock.unlock();
        }
    }

    /** As for the run itself: gives one of its messages other metadata. */
    <T> T relabel(String messageId, Map<String, String> metadata, Supplier<T> keep) {
        lock.lock();
        try {
            state.relabel(messageId, metadata);
            return keep.get();
        } finally {
            lock.unlock();
        }
    }

    // ---- what the worker does

    /** Takes the run for a worker; false if there is no work, another has it already, or it is to stop. */
    boolean beginWork() {
        lock.lock();
        try {
            boolean free = !working && stop == null && state.run().status() == RunStatus.QUEUED;
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

    /**
     * Changes the run as its worker.
     *
     * @throws StoppedException if the run is to stop
     */
    void work(Change change) throws InterruptedException {
        lock.lock();
        try {
            if (stop != null) {
                throw new StoppedException();
            }
            change.make(state);
        } finally {
            lock.unlock();
        }
    }

    /** The worker's append. */
    void emit(RunEvent... events) throws InterruptedException {
        work(it -> it.append(events));
    }

    /** The worker's append of what a function of the fold says. */
    void emitFrom(Function<RunFold, List<RunEvent>> events) throws InterruptedException {
        work(it -> it.append(events.apply(it.fold())));
    }

    /**
     * Begins a try. Of a run that was taken up it counts, durably, before anything else is done: the run may be what has ended the
     * process before.
     */
    void begin(long now) throws InterruptedException {
        work(it -> it.begin(now));
        if (state.takenUp()) {
            flush();
        }
    }

    /** Makes a model call in such a way that {@link #stop} can end it. */
    ModelStream call(Supplier<ModelStream> model) {
        return call.begin(model);
    }

    /**
     * Has a tool carry out a call, in such a way that {@link #stop} can end it.
     *
     * @throws StoppedException if the run is to stop, whatever the tool then answered or threw
     */
    <T> T serve(EndableCall.Wait<T, InterruptedException> tool) {
        try {
            return call.await(tool);
        } catch (InterruptedException e) {
            checkGoesOn();
            throw new IllegalStateException("a tool was interrupted, and its run goes on", e);
        } catch (RuntimeException e) {
            checkGoesOn();
            throw e;
        } finally {
            call.letGo();
        }
    }

    private void checkGoesOn() {
        lock.lock();
        try {
            if (stop != null) {
                throw new StoppedException();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has a resource of a tool's closed by {@link #stop}. */
    <C extends AutoCloseable> C hold(C resource) {
        return call.hold(resource);
    }

    /** The worker has let go of a model call because the run is to stop, and says what it used. */
    void interrupted(Usage used) {
        lock.lock();
        try {
            state.interrupted(used);
        } finally {
            lock.unlock();
        }
    }

    // ---- what others do

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

    /**
     * Says that the run is being cancelled.
     *
     * @return the run as it is then; empty if it has ended
     */
    Optional<Run> announceCancel() throws InterruptedException {
        lock.lock();
        try {
            Run run = state.run();
            if (run.status().terminal()) {
                return Optional.empty();
            }
            if (run.status() != RunStatus.CANCELLING) {
                state.append(RunEvent.RunChanged.of(run.change().cancelling().run()));
                stop = stop == null ? Stop.CANCEL : stop;
            }
            return Optional.of(state.run());
        } finally {
            lock.unlock();
        }
    }

    /** Writes the ending that a stop asks for, unless a worker will or the run has ended; answers the run's status. */
    RunStatus writeEnding(long now) throws InterruptedException {
        lock.lock();
        try {
            boolean open = !working && !state.run().status().terminal();
            if (open && stop == Stop.CANCEL) {
                state.cancelled(now);
            } else if (open && stop == Stop.EXPIRE) {
                state.expired(now);
            } else if (open && stop == Stop.SHUTDOWN && state.run().status() == RunStatus.IN_PROGRESS) {
                state.suspend(now);
                state.flush();
            }
            return state.run().status();
        } finally {
            lock.unlock();
        }
    }

    /**
     * What a submission of outputs leads to.
     *
     * @param run the run, queued again
     * @param number on the wire of the last event before
     */
    record Requeued(Run run, long number) {}

    /**
     * Takes the outputs of all the calls that wait, and queues the run again.
     *
     * @throws RejectedException if the run waits for none, or not for these
     */
    Requeued submit(List<ToolOutputsRequest.ToolOutput> outputs, Idempotency.Note note, long now)
            throws InterruptedException {
        lock.lock();
        try {
            if (state.run().status() != RunStatus.REQUIRES_ACTION || stop != null) {
                throw ToolOutputs.notWaiting(state.run());
            }
            long before = state.submit(outputs, note, now);
            return new Requeued(state.run(), before);
        } finally {
            lock.unlock();
        }
    }

    /** Queues the run again, which was cut off. */
    void queueAgain(long now, LastError error) throws InterruptedException {
        lock.lock();
        try {
            state.queueAgain(now, error);
        } finally {
            lock.unlock();
        }
    }

    // ---- the log

    /** The position of the last entry. */
    long position() {
        return state.position();
    }

    /** Waits until an event is durable. */
    void awaitDurable(long position) throws InterruptedException {
        state.awaitDurable(position);
    }

    /** Waits until what was appended so far is durable, and so is seen by the next reader of the run. */
    void flush() throws InterruptedException {
        state.flush();
    }

    /** The run has ended: waits until all is durable, and closes the log. */
    void end() throws InterruptedException {
        state.end();
    }

    /** The log cannot be written: nothing of this session counts any more. */
    void abandon() {
        state.abandon();
    }

    /** Nobody finds this session any more. */
    void letGo() {
        letGo.countDown();
    }

    /** Waits until nobody finds this session any more: the run has ended, or was given up for now. False if it takes longer than this. */
    boolean awaitLetGo(Duration patience) throws InterruptedException {
        return letGo.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
