package dev.runnel.client.transport;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a wait for the server that lasts too long, by closing the connection. A socket's own timeout would cost a virtual thread dearly:
 * each read that waits then hands a timer to a thread of the JVM's and takes it back, a fifth of all that a server spends on relaying an
 * event. Here a response has one timer, which looks when the wait that is under way would be too long.
 *
 * <p>One thread waits at a time; closing is for any.
 */
final class SilenceWatch implements AutoCloseable {
    /** As good as for ever, and a number of nanoseconds. */
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
     * Watches from now on.
     *
     * @param limit how long a wait may last
     * @param deadline when any has to end
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
     * @return whether it was ended, or was about to be, because it lasted too long
     */
    synchronized boolean end() {
        waiting = false;
        return late;
    }

    /** Watches no longer: from here on the connection may be another's. */
    @Override
    public synchronized void close() {
        waiting = false;
        beforeDeadline.complete(null);
        if (look != null) {
            look.cancel(false);
        }
    }
}
