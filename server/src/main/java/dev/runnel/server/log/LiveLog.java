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
    static final int MAX_BYTES = 256 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<LogEntry> tail = new ArrayDeque<>();
    private int tailBytes;
    private long durable;
    private boolean atRest;
    private boolean ended;
    private boolean closed;
    private @Nullable RuntimeException failure;

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
     * @param follow whether to wait also while the run requires action
     */
    Found after(long position, Duration timeout, boolean follow) throws InterruptedException {
        lock.lock();
        try {
            long left = timeout.toNanos();
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
                if (left <= 0) {
                    return new Found.Nothing();
                }
                left = changed.awaitNanos(left);
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
