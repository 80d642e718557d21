package dev.runnel.server.time;

import java.time.Duration;

/**
 * Has tasks run at their times, by a clock that only goes forward. What fails is logged, and ends no other task. Thread-safe.
 *
 * <p>A task runs on a thread of its own and may block.
 */
public interface Timers {
    /** The time in nanoseconds since some moment in the past. */
    long nanoTime();

    /** Runs a task once, on a virtual thread. */
    Timer after(Duration delay, Runnable task);

    /** Runs a task again and again on virtual threads, each time so long after its end. */
    default Timer every(Duration interval, Runnable task) {
        return every(interval, Thread.ofVirtual().name("timer"), task);
    }

    /** Runs a task again and again, on threads of this kind, each time so long after its end. */
    Timer every(Duration interval, Thread.Builder threads, Runnable task);

    /** A task that waits for its time. */
    interface Timer extends AutoCloseable {
        /** Has the task not run any more. If it runs now, this waits until it is done, for at most 5 seconds. */
        @Override
        void close();
    }
}
