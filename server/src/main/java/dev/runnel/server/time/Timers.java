package dev.runnel.server.time;

import java.time.Duration;

/**
 * Runs tasks at their times, by a clock that only goes forward. A task's failure is logged and affects no other task.
 * Thread-safe.
 *
 * <p>A task runs on a thread of its own and may block.
 */
public interface Timers {
    /** The time in nanoseconds since some fixed moment. */
    long nanoTime();

    /** Runs a task once, on a virtual thread. */
    Timer after(Duration delay, Runnable task);

    /**
     * Runs a task repeatedly on virtual threads. The interval counts from the end of one run to the start of the next.
     */
    default Timer every(Duration interval, Runnable task) {
        return every(interval, Thread.ofVirtual().name("timer"), task);
    }

    /**
     * Runs a task repeatedly on threads of this builder. The interval counts from the end of one run to the start of
     * the next.
     */
    Timer every(Duration interval, Thread.Builder threads, Runnable task);

    /** A task that waits for its time. */
    interface Timer extends AutoCloseable {
        /** Cancels the task. If the task is running now, waits until it is done, for at most 5 seconds. */
        @Override
        void close();
    }
}
