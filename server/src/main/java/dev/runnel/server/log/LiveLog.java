package dev.runnel.server.log;

import dev.runnel.server.store.OwnershipLostException;
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
 * The tail of one run's log, in memory while the run is under way. Readers wait here for new entries. A live log holds
 * the latest entries, up to a limit; a reader that is further behind reads the database. Only durable entries are
 * published here. Thread-safe.
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

    /** The earliest deadline of all waiting readers. Changed under the lock only. */
    private volatile long wakeAt = NOBODY;

    private final LongSupplier nanoTime;

    /**
     * A log without entries.
     *
     * @param nanoTime the clock for timeouts, in nanoseconds
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

    /** Gives the log up: waiting readers wake and look up the log's tail again. */
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
     * Wakes all readers if one of them has reached its timeout; to be called at regular intervals. Timed waits would be
     * expensive for virtual threads: at each event the reader would set a timer on a thread of the JVM and cancel it
     * again.
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

    /** Throws if a write failed: an entry after it would leave a gap. */
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
     * The position of a reader that has seen the shown entries up to a number; empty if only the store knows it. A
     * number beyond the last one means the log's end.
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

    /** A wait that times out ends at the first {@link #wakeIfDue} after the timeout. */
    @Override
    public Found await(long position, Duration timeout, boolean follow) throws InterruptedException {
        long deadline = nanoTime.getAsLong() + timeout.toNanos();
        lock.lock();
        try {
            while (position >= durable) {
                // A log whose lease was lost is abandoned at once, and the new owner's entries are in the store.
                if (failure != null && !(failure instanceof OwnershipLostException)) {
                    return new Found.Failed(failure);
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

    /**
     * The first of these entries, as many as fit into one segment, at least one. The limit bounds memory: bytes that a
     * client does not read stay in memory.
     */
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

    /** The latest entries, oldest first. Iterates backwards, because most readers are near the end. */
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
