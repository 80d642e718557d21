package dev.runnel.server.engine.runs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Executes runs, a limited number at once; the rest wait their turn, first come, first served. As a thread has one run at a time, no
 * thread comes before another. Each is executed on a virtual thread of its own. Thread-safe.
 */
final class RunQueue {
    private static final long LOOK_NANOS = 10_000_000;

    private final int most;
    private final Consumer<RunSession> worker;

    // Guarded by this.
    private final ArrayDeque<RunSession> waiting = new ArrayDeque<>();
    private int working;
    private boolean closed;

    /**
     * A queue.
     *
     * @param most how many runs are executed at once
     * @param worker executes one
     */
    RunQueue(int most, Consumer<RunSession> worker) {
        this.most = most;
        this.worker = worker;
    }

    /** Has a run executed when its turn comes, if it is then still to be executed and nobody does. */
    void add(RunSession session) {
        synchronized (this) {
            waiting.add(session);
        }
        startNext();
    }

    private void startNext() {
        for (RunSession next; (next = take()) != null;) {
            RunSession session = next;
            Thread.ofVirtual().name(session.runId()).start(() -> work(session));
        }
    }

    private synchronized @Nullable RunSession take() {
        while (working < most && !closed && !waiting.isEmpty()) {
            RunSession next = waiting.remove();
            if (next.beginWork()) {
                working++;
                return next;
            }
        }
        return null;
    }

    private void work(RunSession session) {
        try {
            worker.accept(session);
        } finally {
            synchronized (this) {
                working--;
            }
            startNext();
        }
    }

    /** How many runs are being executed. */
    synchronized int working() {
        return working;
    }

    /** Lets nobody's turn come any more. */
    synchronized void close() {
        closed = true;
    }

    /** Waits until no run is being executed, but not for longer than this. */
    void awaitIdle(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (working() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
