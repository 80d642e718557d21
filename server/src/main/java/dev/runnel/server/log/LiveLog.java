package dev.runnel.server.log;

import dev.runnel.server.store.rows.LogStore.Segment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of one run's log, in memory, while the run is under way: what readers wait at. It holds the latest entries within a
 * bound; a reader that is further behind reads the database. Only what is durable comes in here. Thread-safe.
 */
final class LiveLog implements Tail {
    static final int MAX_ENTRIES = 1_024;
    static final int MAX_BYTES = 64 * 1024;

    private static final long NOBODY = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<LogEntry> tail = new ArrayDeque<>();
    private int tailBytes;
    private long durable;
    private long shown;
    private boolean atRest;
    private boolean ended;
    private boolean closed;
    private boolean abandoned;
    private @Nullable RuntimeException failure;

    /** When the first waiting reader has waited long enough. Changed under the lock. */
    private volatile long wakeAt = NOBODY;

    private final LongSupplier nanoTime;

    /**
     * A log without entries.
     *
     * @param nanoTime the time, by which waits end
     */
    LiveLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void publish(List<LogEntry> entries) {
        lock.lock();
        try {
            for (LogEntry entry : entries) {
                tail.addLast(entry);
                tailBytes += entry.data().length;
            }
            while (tail.size() > MAX_ENTRIES || (tailBytes > MAX_BYTES && tail.size() > 1)) {
                tailBytes -= tail.removeFirst().data().length;
            }
            durable = entries.getLast().position();
            shown = entries.getLast().number();
            atRest = entries.getLast().atRest();
            ended = entries.getLast().terminal();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void fail(RuntimeException cause) {
        lock.lock();
        try {
            failure = cause;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The log is given up: waiting readers look for it anew. */
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Wakes those who have waited long enough; to be called every so often. A wait with a timeout of its own would cost a virtual
     * thread dearly: at each event it hands a timer to a thread of the JVM's, and takes it back.
     */
    void wakeIfDue() {
        long due = wakeAt;
        if (due == NOBODY || due - nanoTime.getAsLong() > 0) {
            return;
        }
        lock.lock();
        try {
            wakeAt = NOBODY;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Throws if the log's last write failed: what would come after it would leave a gap. */
    void checkWritable() {
        lock.lock();
        try {
            if (failure != null) {
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Where a reader stands that has seen the shown entries up to a number; empty if only the store knows. Beyond the last number it
     * is the log's end.
     */
    OptionalLong positionOf(long number) {
        lock.lock();
        try {
            if (number >= shown) {
                return OptionalLong.of(durable);
            }
            for (LogEntry entry : tail) {
                if (entry.number() >= number) {
                    return entry.number() == number ? OptionalLong.of(entry.position()) : OptionalLong.empty();
                }
            }
            return OptionalLong.empty();
        } finally {
            lock.unlock();
        }
    }

    /** The wait ends with the next {@link #wakeIfDue} after the timeout. */
    @Override
    public Found await(long position, Duration timeout, boolean follow) throws InterruptedException {
        long deadline = nanoTime.getAsLong() + timeout.toNanos();
        lock.lock();
        try {
            while (position >= durable) {
                if (failure != null) {
                    throw failure;
                }
                if (follow ? ended : atRest) {
                    return new Found.AtRest(ended);
                }
                if (closed) {
                    return new Found.Closed();
                }
                if (abandoned || deadline - nanoTime.getAsLong() <= 0) {
                    return new Found.Nothing();
                }
                if (wakeAt == NOBODY || deadline - wakeAt < 0) {
                    wakeAt = deadline;
                }
                changed.await();
            }
            if (tail.isEmpty() || tail.getFirst().position() > position + 1) {
                return new Found.InStore();
            }
            return new Found.Entries(portion(latest(Math.toIntExact(durable - position))));
        } finally {
            lock.unlock();
        }
    }

    /** As many of these entries as are taken at once: what is written to a reader that does not read stays in memory. */
    private static List<LogEntry> portion(LogEntry[] entries) {
        int count = 0;
        for (int bytes = 0; count < entries.length; count++) {
            bytes += entries[count].size();
            if (bytes > Segment.MAX_BYTES && count > 0) {
                break;
            }
        }
        return Arrays.asList(count == entries.length ? entries : Arrays.copyOf(entries, count));
    }

    /** A reader is mostly near the end, so the end is where to begin. */
    private LogEntry[] latest(int count) {
        LogEntry[] entries = new LogEntry[count];
        Iterator<LogEntry> backwards = tail.descendingIterator();
        for (int i = count - 1; i >= 0; i--) {
            entries[i] = backwards.next();
        }
        return entries;
    }

    /** Waits until an entry is durable. */
    void awaitDurable(long position) throws InterruptedException {
        lock.lock();
        try {
            while (durable < position) {
                if (failure != null) {
                    throw failure;
                }
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }
}
