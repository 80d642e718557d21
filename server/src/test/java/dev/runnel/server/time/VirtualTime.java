package dev.runnel.server.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Time that passes when a test says so: tasks run then, on the test's thread, in the order of their times. Thread-safe. */
public final class VirtualTime implements Timers, InstantSource {
    private final Object lock = new Object();

    // Guarded by lock.
    private final List<Task> tasks = new ArrayList<>();
    private long nanos;
    private Instant wall;

    /** Time that stands. */
    public VirtualTime(Instant wall) {
        this.wall = wall;
    }

    private final class Task implements Timer {
        private final long interval;
        private final Runnable run;
        private long due;

        Task(Duration interval, boolean repeated, Runnable run) {
            this.interval = repeated ? interval.toNanos() : -1;
            this.run = run;
            this.due = nanoTime() + interval.toNanos();
        }

        @Override
        public void close() {
            synchronized (lock) {
                tasks.remove(this);
            }
        }
    }

    @Override
    public Instant instant() {
        synchronized (lock) {
            return wall;
        }
    }

    @Override
    public long nanoTime() {
        synchronized (lock) {
            return nanos;
        }
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return add(new Task(delay, false, task));
    }

    @Override
    public Timer every(Duration interval, Thread.Builder threads, Runnable task) {
        return add(new Task(interval, true, task));
    }

    private Task add(Task task) {
        synchronized (lock) {
            tasks.add(task);
        }
        return task;
    }

    /** Sets the wall clock, and no other, forward or back. */
    public void jump(Duration by) {
        synchronized (lock) {
            wall = wall.plus(by);
        }
    }

    /** Lets time pass. What is due meanwhile has been done when this returns. */
    public void pass(Duration time) {
        long end = nanoTime() + time.toNanos();
        for (Task next; (next = nextUntil(end)) != null;) {
            next.run.run();
            synchronized (lock) {
                next.due = nanos + next.interval;
                if (next.interval < 0) {
                    tasks.remove(next);
                }
            }
        }
    }

    /** The task that is due next, at whose time it then is; null if none is due before the end, at which it then is. */
    private @Nullable Task nextUntil(long end) {
        synchronized (lock) {
            Task next = tasks.stream().min(Comparator.comparingLong(task -> task.due)).filter(task -> task.due <= end)
                    .orElse(null);
            long now = Math.max(nanos, next == null ? end : next.due);
            wall = wall.plusNanos(now - nanos);
            nanos = now;
            return next;
        }
    }
}
