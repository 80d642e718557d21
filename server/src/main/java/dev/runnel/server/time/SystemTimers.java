package dev.runnel.server.time;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The timers of this process. One daemon thread waits for all of them and is never stopped. */
public final class SystemTimers implements Timers {
    private static final SystemTimers INSTANCE = new SystemTimers();

    private static final System.Logger LOG = System.getLogger(Timers.class.getName());
    private static final long PATIENCE_SECONDS = 5;

    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("runnel-timers").factory());

    private SystemTimers() {
        clock.setRemoveOnCancelPolicy(true);
    }

    /** The timers of this process. */
    public static Timers get() {
        return INSTANCE;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return new Waiting(delay, false, Thread.ofVirtual().name("timer"), task).begin();
    }

    @Override
    public Timer every(Duration interval, Thread.Builder threads, Runnable task) {
        return new Waiting(interval, true, threads, task).begin();
    }

    private final class Waiting implements Timer {
        private final Duration delay;
        private final boolean repeated;
        private final Thread.Builder threads;
        private final Runnable task;

        /** Held while the task runs. */
        private final ReentrantLock running = new ReentrantLock();

        private volatile boolean closed;
        private volatile @Nullable Future<?> next;

        Waiting(Duration delay, boolean repeated, Thread.Builder threads, Runnable task) {
            this.delay = delay;
            this.repeated = repeated;
            this.threads = threads;
            this.task = task;
        }

        Waiting begin() {
            if (!closed) {
                next = clock.schedule(() -> threads.start(this::run), delay.toNanos(), TimeUnit.NANOSECONDS);
            }
            return this;
        }

        private void run() {
            running.lock();
            try {
                if (!closed) {
                    task.run();
                }
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "a timer's task failed", e);
            } finally {
                running.unlock();
            }
            if (repeated) {
                begin();
            }
        }

        @Override
        public void close() {
            closed = true;
            Future<?> waiting = next;
            if (waiting != null) {
                waiting.cancel(false);
            }
            try {
                if (running.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    running.unlock();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
