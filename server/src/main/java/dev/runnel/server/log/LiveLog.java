package dev.runnel.server.log;

import dev.runnel.server.store.LogStore.Segment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The end of one run's log, in memory, while the run is under way: what readers wait at. It holds the latest entries within a
 * bound; a reader that is further behind reads the database. Only what is durable comes in here. Thread-safe.
 */
final class LiveLog {
    static final int MAX_ENTRIES = 1_024;
    static final int MAX_BYTES = 64 * 1024;

    private static final long NOBODY = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<LogEntry> tail = new ArrayDeque<>();
    private int tailBytes;
    private long durable;
    private boolean atRest;
    private boolean ended;
    private boolean closed;
    private boolean abandoned;
    private @Nullable RuntimeException failure;

    /** When the first of those who wait has waited long enough. Changed under the lock. */
    private volatile long wakeAt = NOBODY;

    LiveLog(long durable, boolean atRest) {
        this.durable = durable;
        this.atRest = atRest;
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
            durable = entries.getLast().seq();
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

    /** The log is given up: who waits here looks for it anew. */
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
        if (due == NOBODY || due - System.nanoTime() > 0) {
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

    /** What a reader finds here. */
    sealed interface Found {
        /** These entries come next. */
        record Entries(List<LogEntry> entries) implements Found {}

        /** The next entries are no longer in memory. */
        record InDatabase() implements Found {}

        /**
         * There are none: the run has ended or requires action.
         *
         * @param ended whether none will come
         */
        record AtRest(boolean ended) implements Found {}

        /** There are none yet, and nobody is to wait any more. */
        record Closed() implements Found {}

        /** There are none yet, and the wait is over. */
        record Nothing() implements Found {}
    }

    /**
     * Looks for the entries after a position, waiting for some if there are none yet.
     *
     * @param timeout after which the next {@link #wakeIfDue} ends the wait
     * @param follow whether to wait also while the run requires action
     */
    Found after(long position, Duration timeout, boolean follow) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
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
                if (abandoned || deadline - System.nanoTime() <= 0) {
                    return new Found.Nothing();
                }
                if (wakeAt == NOBODY || deadline - wakeAt < 0) {
                    wakeAt = deadline;
                }
                changed.await();
            }
            if (tail.isEmpty() || tail.getFirst().seq() > position + 1) {
                return new Found.InDatabase();
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
    void awaitDurable(long seq) throws InterruptedException {
        lock.lock();
        try {
            while (durable < seq) {
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
