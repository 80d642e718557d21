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
import dev.runnel.server.base.HandedFiles;
import dev.runnel.server.base.Project;
import dev.runnel.server.base.Source;
import dev.runnel.server.engine.prompts.History;
import dev.runnel.server.engine.prompts.Prompt;
import dev.runnel.server.engine.requests.Idempotency;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.OwnershipLostException;
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
 * Controls which thread may change a run under way: it has the lock that guards the run's {@linkplain RunState state},
 * knows whether a worker executes the run, and stops that worker. Thread-safe.
 *
 * <p>While a worker executes the run, only the worker appends to the log. The one exception is the event that announces
 * a cancellation. To end the run, another thread calls {@link #stop}: this ends the worker's model call or tool and
 * refuses its next append, and the worker writes the ending itself. Without a worker, the thread that holds the lock
 * may change the run.
 */
final class RunSession {
    private final ReentrantLock lock = new ReentrantLock();
    private final EndableCall call = new EndableCall();
    private final CountDownLatch letGo = new CountDownLatch(1);

    // Guarded by lock.
    private final RunState state;
    private @Nullable Stop stop;
    private boolean working;

    /** Whether this node has let the run go: any node may take it, and this object does not count any more. */
    private boolean gone;

    /** Why a run must end before it is done. */
    enum Stop {
        CANCEL,
        EXPIRE,
        /** The server is being stopped. The run is queued again, and the next start takes it up. */
        SHUTDOWN,
        /** Another node has taken the run. Nothing more is written here. */
        LOST
    }

    RunSession(RunState state) {
        this.state = state;
    }

    /** A change to a run, made while its lock is held. */
    @FunctionalInterface
    interface Change {
        /** Makes the change. */
        void make(RunState state) throws InterruptedException;
    }

    /** A piece of work for which the lock is held. */
    @FunctionalInterface
    private interface Locked<T extends @Nullable Object, E extends Exception> {
        T run() throws E;
    }

    private <T extends @Nullable Object, E extends Exception> T locked(Locked<T, E> work) throws E {
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    Project project() {
        return state.project();
    }

    String runId() {
        return state.runId();
    }

    /** Reads from the run while its lock is held. */
    <T> T see(Function<RunFold, T> view) {
        return locked(() -> view.apply(state.fold()));
    }

    Run run() {
        return see(fold -> fold.run().orElseThrow());
    }

    /** The prompt for the next model call. */
    Prompt prompt(History history, RunTools tools) {
        return locked(() -> state.prompt(history, tools));
    }

    /** The sources that the model's text may cite by now, by the numbers of their markers. */
    Map<String, Source> sources() {
        return locked(state::sources);
    }

    /** The files that the run's tools have made, as {@link RunState#files} says. */
    HandedFiles files() {
        return locked(state::files);
    }

    /** A message as it is now. Waits until the events that led to it are durable. */
    Optional<Message> message(String id) {
        return durable(fold -> fold.message(id));
    }

    /** A run step as it is now. Waits until the events that led to it are durable. */
    Optional<RunStep> step(String id) {
        return durable(fold -> fold.step(id));
    }

    /**
     * Reads from the fold, and waits until the events that it has applied are durable: a crash must not take back an
     * object that was shown.
     */
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
     * Replaces the run's metadata. Later snapshots of the run show the new metadata.
     *
     * @param keep begins to store the metadata; called with the run locked, so that the fold and the database agree on
     *     the last of several changes
     */
    <T> T relabel(Map<String, String> metadata, Supplier<T> keep) {
        return locked(() -> {
            state.relabel(metadata);
            return keep.get();
        });
    }

    /** Replaces the metadata of one of the run's messages, as {@link #relabel(Map, Supplier)} does for the run. */
    <T> T relabel(String messageId, Map<String, String> metadata, Supplier<T> keep) {
        return locked(() -> {
            state.relabel(messageId, metadata);
            return keep.get();
        });
    }

    /**
     * Takes in metadata that requests have given to the run and its open message on other nodes.
     *
     * @param metadata finds that of the open message
     */
    void takeIn(Map<String, String> run, Function<Message, Optional<Map<String, String>>> metadata) {
        Optional<Message> open = see(RunFold::openMessage);
        Optional<Map<String, String>> message = open.flatMap(metadata);
        locked(() -> {
            state.relabel(run);
            message.ifPresent(given -> state.relabel(open.orElseThrow().id(), given));
            return true;
        });
    }

    // ---- for the worker

    /** Takes the run for a worker. False if the run is not queued, another worker has it, or it was asked to stop. */
    boolean beginWork() {
        return locked(() -> {
            boolean free = !working && !gone && stop == null && state.run().status() == RunStatus.QUEUED;
            working |= free;
            return free;
        });
    }

    /** Ends the worker's hold on the run. */
    void endWork() {
        call.letGo();
        locked(() -> working = false);
    }

    /**
     * Changes the run as its worker.
     *
     * @throws StoppedException if the run was asked to stop
     */
    void work(Change change) throws InterruptedException {
        locked(() -> {
            if (stop != null) {
                throw new StoppedException();
            }
            change.make(state);
            return true;
        });
    }

    /** Appends events, for the worker. */
    void emit(RunEvent... events) throws InterruptedException {
        work(it -> it.append(events));
    }

    /** Appends the events that a function makes from the fold, for the worker. */
    void emitFrom(Function<RunFold, List<RunEvent>> events) throws InterruptedException {
        work(it -> it.append(events.apply(it.fold())));
    }

    /**
     * Begins a try. If the run was taken up, this waits until the try is durably counted: the run may be the reason
     * that the process ended before.
     */
    void begin(long now) throws InterruptedException {
        work(it -> it.begin(now));
        if (state.takenUp()) {
            flush();
        }
    }

    /** Makes a model call that {@link #stop} can end. */
    ModelStream call(Supplier<ModelStream> model) {
        return call.begin(model);
    }

    /**
     * Has a tool carry out a call that {@link #stop} can end.
     *
     * @throws StoppedException if the run was asked to stop before the call began, or if the tool threw an exception
     *     after that request
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
        if (locked(() -> stop != null)) {
            throw new StoppedException();
        }
    }

    /** Has {@link #stop} close a tool's resource. */
    <C extends AutoCloseable> C hold(C resource) {
        return call.hold(resource);
    }

    /** Notes what a model call had used when the worker abandoned it because the run was asked to stop. */
    void interrupted(Usage used) {
        locked(() -> {
            state.interrupted(used);
            return true;
        });
    }

    // ---- for other threads

    /**
     * Asks the run to end. Of several reasons the first one holds.
     *
     * @return whether a worker executes the run and will write the ending; if not, the caller must write it
     */
    boolean stop(Stop reason) {
        boolean worked = locked(() -> {
            stop = stop == null ? reason : stop;
            return working;
        });
        call.end();
        return worked;
    }

    /**
     * Appends the event that says that the run is being cancelled.
     *
     * @return the run after that event; empty if it has ended
     */
    Optional<Run> announceCancel() throws InterruptedException {
        return locked(() -> {
            checkHere();
            Run run = state.run();
            if (run.status().terminal()) {
                return Optional.empty();
            }
            if (run.status() != RunStatus.CANCELLING) {
                state.append(RunEvent.RunChanged.of(run.change().cancelling().run()));
                stop = stop == null ? Stop.CANCEL : stop;
            }
            return Optional.of(state.run());
        });
    }

    /**
     * Writes the ending that a stop asks for, unless a worker executes the run or the run has ended. Returns the run's
     * status.
     */
    RunStatus writeEnding(long now) throws InterruptedException {
        return locked(() -> {
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
        });
    }

    /**
     * The result of submitting tool outputs.
     *
     * @param run the run, queued again
     * @param number the wire number of the last event before the submission
     */
    record Requeued(Run run, long number) {}

    /**
     * Takes the outputs of all waiting calls, and queues the run again.
     *
     * @throws RejectedException if the run does not wait for outputs, or waits for others
     */
    Requeued submit(List<ToolOutputsRequest.ToolOutput> outputs, Idempotency.Note note, long now)
            throws InterruptedException {
        return locked(() -> {
            checkHere();
            if (state.run().status() != RunStatus.REQUIRES_ACTION || stop != null) {
                throw ToolOutputs.notWaiting(state.run());
            }
            long before = state.submit(outputs, note, now);
            return new Requeued(state.run(), before);
        });
    }

    /**
     * Lets the run go if it waits for a request, which may come to any node: closes its log and gives its lease back.
     *
     * @return whether it was let go
     */
    boolean rest() throws InterruptedException {
        return locked(() -> {
            boolean rests = !working && !gone && stop == null && state.run().status() == RunStatus.REQUIRES_ACTION;
            if (rests) {
                state.rest();
                gone = true;
            }
            return rests;
        });
    }

    /**
     * Lets the run go if it is queued, for any node to execute: closes its log and gives its lease back.
     *
     * @return whether it was let go
     */
    boolean leave() throws InterruptedException {
        return locked(() -> {
            boolean leaves = !working && !gone && stop == null && state.run().status() == RunStatus.QUEUED;
            if (leaves) {
                state.leave();
                gone = true;
            }
            return leaves;
        });
    }

    /** Throws if the run was let go or lost: the caller must look where it is now. */
    private void checkHere() {
        if (gone || stop == Stop.LOST) {
            throw new OwnershipLostException(state.lease());
        }
    }

    /** The lease under which the run's log is written. */
    Lease lease() {
        return state.lease();
    }

    /** Queues a run again that was cut off. */
    void queueAgain(long now, LastError error) throws InterruptedException {
        locked(() -> {
            state.queueAgain(now, error);
            return true;
        });
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

    /** Waits until all events appended so far are durable. The next reader of the run then sees them. */
    void flush() throws InterruptedException {
        state.flush();
    }

    /** Waits until all events are durable, and closes the log. For a run that has ended. */
    void end() throws InterruptedException {
        state.end();
    }

    /** Gives the session up, because the log cannot be written. Its state no longer counts. False if it was given up already. */
    boolean abandon() {
        return state.abandon();
    }

    /** Wakes the threads in {@link #awaitLetGo}. Called when the session was removed from {@link Sessions}. */
    void letGo() {
        letGo.countDown();
    }

    /**
     * Waits until the session was removed from {@link Sessions}: its run has ended, or was given up for now. False if
     * that takes longer than the given time.
     */
    boolean awaitLetGo(Duration patience) throws InterruptedException {
        return letGo.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
