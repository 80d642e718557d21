package dev.runnel.server.log;

import java.time.Duration;
import java.util.List;

/**
 * Reads one run's log from a position: first the past, then what comes. A reader is its position and nothing else, so any number
 * of them cost the run nothing. For one thread.
 */
public final class LogReader {
    private static final int SEGMENTS_AT_ONCE = 1;
    private static final long LOOK_MILLIS = 20;

    private final RunLog log;
    private final long run;
    private final boolean follow;
    private long position;

    LogReader(RunLog log, long run, long after, boolean follow) {
        this.log = log;
        this.run = run;
        this.position = after;
        this.follow = follow;
    }

    /** What a read brings. */
    public sealed interface Read {
        /** The next events; at least one. */
        record Events(List<LogEntry> entries) implements Read {}

        /** Nothing happened for as long as the reader wanted to wait. */
        record Silence() implements Read {}

        /**
         * All is read, and the run has ended or requires action.
         *
         * @param ended whether nothing will come any more
         */
        record End(boolean ended) implements Read {}

        /** All that there is has been read, and the server stops: the run goes on without this reader. */
        record Cut() implements Read {}
    }

    /**
     * The next events, waiting for them at most this long. They are few, though many may be due: as many as a
     * {@linkplain dev.runnel.server.store.LogStore.Segment segment} holds.
     */
    public Read next(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            LiveLog live = log.live(run).orElse(null);
            if (live != null) {
                return fromMemory(live, left);
            }
            List<LogEntry> entries = log.entries(run, position, SEGMENTS_AT_ONCE);
            if (!entries.isEmpty()) {
                return events(entries);
            }
            RunLog.Rest rest = log.rest(run, position);
            if (rest == RunLog.Rest.ENDED || (rest == RunLog.Rest.REQUIRES_ACTION && !follow)) {
                return new Read.End(rest == RunLog.Rest.ENDED);
            }
            if (log.isClosed()) {
                return new Read.Cut();
            }
            if (left.isZero()) {
                return new Read.Silence();
            }
            // The run is under way and its log not open: it is being created this moment, or taken up again.
            Thread.sleep(Math.min(LOOK_MILLIS, left.toMillis() + 1));
        }
    }

    private Read fromMemory(LiveLog live, Duration timeout) throws InterruptedException {
        return switch (live.after(position, timeout, follow)) {
            case LiveLog.Found.Entries found -> events(found.entries());
            case LiveLog.Found.InDatabase found -> events(log.entries(run, position, SEGMENTS_AT_ONCE));
            case LiveLog.Found.AtRest found -> new Read.End(found.ended());
            case LiveLog.Found.Closed found -> new Read.Cut();
            case LiveLog.Found.Nothing found -> new Read.Silence();
        };
    }

    private Read events(List<LogEntry> entries) {
        boolean removed = entries.isEmpty() || entries.getFirst().seq() > position + 1;
        if (removed) {
            return new Read.End(true);
        }
        position = entries.getLast().seq();
        return new Read.Events(entries);
    }
}
