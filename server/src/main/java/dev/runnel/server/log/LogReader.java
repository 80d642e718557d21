package dev.runnel.server.log;

import dev.runnel.server.store.StoreException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the shown entries of one run's log after a number, or all its entries: first the past ones, then new ones as they come. A reader's
 * only state is its position, so any number of readers cost the run nothing. For one thread.
 */
public final class LogReader {
    private static final int SEGMENTS_AT_ONCE = 1;
    private static final long UNKNOWN = -1;
    private static final long HERE = Long.MIN_VALUE;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private final OpenLogs logs;
    private final long run;
    private final long after;
    private final boolean follow;
    private final Tail closed;
    private final boolean whole;
    private long position = UNKNOWN;

    /** Since when the database has been away. */
    private long awaySince = HERE;

    /** Whether the run's log was given up here, as it could not be written. */
    private boolean givenUp;

    /**
     * Kept from read to read: it has the last entries even if the log is closed and its events are removed meanwhile. Its
     * memory is bounded, and all readers of the run share it.
     */
    private @Nullable Tail tail;

    /** @param whole whether to read hidden entries too; then {@code after} is 0 */
    LogReader(OpenLogs logs, long run, long after, boolean follow, boolean whole) {
        this.logs = logs;
        this.whole = whole;
        this.run = run;
        this.after = after;
        this.follow = follow;
        this.closed = new ClosedLogTail(logs, run);
    }

    /** The result of a read. */
    public sealed interface Read {
        /** The next shown entries; at least one. */
        record Events(List<LogEntry> entries) implements Read {}

        /** No entry came within the timeout. */
        record Silence() implements Read {}

        /**
         * All entries are read, and the run has ended or requires action.
         *
         * @param ended whether no entry will ever follow
         */
        record End(boolean ended) implements Read {}

        /**
         * All available entries are read, and there is no use in waiting here: the server is stopping, or the database has been
         * away for too long. The run goes on without this reader, which may read on elsewhere or later.
         */
        record Cut() implements Read {}
    }

    /**
     * The next shown entries, waiting for them at most this long. One call returns at most as many as a
     * {@linkplain dev.runnel.server.store.rows.LogStore.Segment segment} holds, even if more are ready.
     */
    public Read next(Duration timeout) throws InterruptedException {
        long deadline = logs.nanoTime() + timeout.toNanos();
        while (true) {
            long begun = logs.nanoTime();
            try {
                Read read = next(deadline);
                awaySince = HERE;
                return read;
            } catch (StoreException e) {
                if (logs.database().patience().isZero() || !(givenUp || e.outage().isPresent())) {
                    throw e;
                }
                if (givenUp || !waits(begun)) {
                    return new Read.Cut();
                }
                if (deadline - logs.nanoTime() <= 0) {
                    return new Read.Silence();
                }
                Thread.sleep(BETWEEN_TRIES);
            }
        }
    }

    /**
     * Whether to try again after a failure: the database may be away for a moment, and be back soon.
     *
     * @param begun when the attempt began that failed
     */
    private boolean waits(long begun) {
        if (awaySince == HERE) {
            awaySince = begun;
        }
        return logs.nanoTime() - awaySince < logs.database().patience().toNanos();
    }

    private Read next(long deadline) throws InterruptedException {
        if (position == UNKNOWN) {
            position = positionOf(after);
        }
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - logs.nanoTime()));
            Tail end = tail == null ? currentTail() : tail;
            tail = null;
            switch (end.await(position, left, follow)) {
                case Tail.Found.AtRest(boolean ended) -> {
                    return new Read.End(ended);
                }
                case Tail.Found.Closed() -> {
                    return new Read.Cut();
                }
                case Tail.Found.Failed(RuntimeException cause) -> {
                    givenUp = true;
                    throw cause;
                }
                case Tail.Found.Nothing() -> {
                    if (left.isZero()) {
                        return new Read.Silence();
                    }
                }
                case Tail.Found.InStore() -> {
                    List<LogEntry> stored = logs.store().read(run, position, SEGMENTS_AT_ONCE);
                    boolean removed = stored.isEmpty() || stored.getFirst().position() > position + 1;
                    if (removed) {
                        return new Read.End(true);
                    }
                    List<LogEntry> shown = take(stored);
                    if (!shown.isEmpty()) {
                        return new Read.Events(shown);
                    }
                }
                case Tail.Found.Entries(List<LogEntry> entries) -> {
                    tail = end;
                    List<LogEntry> shown = take(entries);
                    if (!shown.isEmpty()) {
                        return new Read.Events(shown);
                    }
                }
            }
        }
    }

    /** In memory if the log is open here, otherwise in the store. */
    private Tail currentTail() {
        return logs.find(run).<Tail>map(log -> log).orElse(closed);
    }

    /** The position of a reader that has seen the shown entries up to a number. */
    private long positionOf(long number) {
        if (number == 0) {
            return 0;
        }
        LiveLog open = logs.find(run).orElse(null);
        return open == null
                ? logs.store().positionOf(run, number)
                : open.positionOf(number).orElseGet(() -> logs.store().positionOf(run, number));
    }

    /** Moves the position past these entries, and returns those that this reader shows. */
    private List<LogEntry> take(List<LogEntry> entries) {
        position = entries.getLast().position();
        for (LogEntry entry : entries) {
            if (!isShown(entry)) {
                return entries.stream().filter(this::isShown).toList();
            }
        }
        return entries;
    }

    /** Leaves out entries up to the reader's start number: the log may not have reached that number yet. */
    private boolean isShown(LogEntry entry) {
        return whole || (entry.shown() && entry.number() > after);
    }
}
