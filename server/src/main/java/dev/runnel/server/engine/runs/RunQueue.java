package dev.runnel.server.engine.runs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Executes a limited number of runs at once, each on a virtual thread of its own. Further runs wait, first come, first
 * served. A thread has one active run at most, so no thread can crowd out another. Thread-safe.
 */
final class RunQueue {
    private final int most;
    private final Consumer<RunSession> worker;
    private final Runnable hasRoom;

    private final ReentrantLock lock = new ReentrantLock();

    /** Signalled when no run is being executed any more. */
    private final Condition idle = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<RunSession> waiting = new ArrayDeque<>();
    private int working;
    private boolean closed;

    /**
     * A queue.
     *
     * @param most how many runs are executed at once
     * @param worker executes a run
     * @param hasRoom called when a run's execution has ended, and the next one that waits has begun
     */
    RunQueue(int most, Consumer<RunSession> worker, Runnable hasRoom) {
        this.most = most;
        this.worker = worker;
        this.hasRoom = hasRoom;
    }

    /** Adds a run. When its turn comes it is executed, if it is still queued and no worker has it. */
    void add(RunSession session) {
        lock.lock();
        try {
            waiting.add(session);
        } finally {
            lock.unlock();
        }
        startNext();
    }

    /** Takes a run out again that waits. */
    void remove(RunSession session) {
        lock.lock();
        try {
            waiting.remove(session);
        } finally {
            lock.unlock();
        }
    }

    /** How many more runs can be executed now. */
    int room() {
        lock.lock();
        try {
            return closed ? 0 : Math.max(0, most - working - waiting.size());
        } finally {
            lock.unlock();
        }
    }

    private void startNext() {
        for (RunSession next; (next = take()) != null;) {
            RunSession session = next;
            Thread.ofVirtual().name(session.runId()).start(() -> work(session));
        }
    }

    private @Nullable RunSession take() {
        lock.lock();
        try {
            while (working < most && !closed && !waiting.isEmpty()) {
                RunSession next = waiting.remove();
                if (next.beginWork()) {
                    working++;
                    return next;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void work(RunSession session) {
        try {
            worker.accept(session);
        } finally {
            endWork();
            startNext();
            hasRoom.run();
        }
    }

    private void endWork() {
        lock.lock();
        try {
            working--;
            if (working == 0) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many runs are being executed. */
    int working() {
        lock.lock();
        try {
            return working;
        } finally {
            lock.unlock();
        }
    }

    /** How many runs wait for their turn. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Begins no more runs. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no run is being executed, at most for the given time. */
    void awaitIdle(Duration patience) {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (working > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
