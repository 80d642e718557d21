package dev.runnel.client.transport;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a wait for the server that lasts too long, by closing the connection. A socket's own timeout is expensive on a virtual
 * thread: each waiting read gives a timer to one of the JVM's threads and takes it back, which is a fifth of the cost of
 * relaying an event. Here a response has one timer, which checks whether the present wait is too long.
 *
 * <p>One thread waits at a time; closing is for any.
 */
final class SilenceWatch implements AutoCloseable {
    /** Practically for ever, in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final Connection connection;
    private final long limitNanos;
    private final CompletableFuture<Void> beforeDeadline;

    // Guarded by this.
    private @Nullable Future<?> look;
    private boolean waiting;
    private long since;
    private boolean late;

    /**
     * Starts to watch.
     *
     * @param limit the longest wait
     * @param deadline the end of any wait
     */
    SilenceWatch(Connection connection, Duration limit, Deadline deadline) {
        this.connection = connection;
        this.limitNanos = (limit.compareTo(LONGEST) < 0 ? limit : LONGEST).toNanos();
        this.beforeDeadline = deadline.whenPassed(this::endWait);
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "runnel-client-silence");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    private void lookIn(long nanos) {
        look = TIMER.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private synchronized void look() {
        look = null;
        if (waiting) {
            long left = limitNanos - (System.nanoTime() - since);
            if (left > 0) {
                lookIn(left);
            } else {
                endWait();
            }
        }
    }

    private synchronized void endWait() {
        if (waiting) {
            late = true;
            connection.close();
        }
    }

    /** A wait begins. */
    synchronized void begin() {
        waiting = true;
        since = System.nanoTime();
        if (look == null) {
            lookIn(limitNanos);
        }
    }

    /**
     * The wait is over.
     *
     * @return whether it was ended, or about to be ended, because it lasted too long
     */
    synchronized boolean end() {
        waiting = false;
        return late;
    }

    /** Stops watching: another exchange may use the connection from now on. */
    @Override
    public synchronized void close() {
        waiting = false;
        beforeDeadline.complete(null);
        if (look != null) {
            look.cancel(false);
        }
    }
}
