package dev.runnel.server.log;

import java.time.Duration;
import java.util.List;

/** The end of one run's log, at which readers wait for what comes. Thread-safe. */
interface Tail {

    /** What a reader finds at the end of a log. */
    sealed interface Found {
        /** These entries come next; at least one. */
        record Entries(List<LogEntry> entries) implements Found {}

        /** The next entries are no longer at the log's end: the store has them. */
        record InStore() implements Found {}

        /**
         * There are none: the run has ended or requires action.
         *
         * @param ended whether none will come
         */
        record AtRest(boolean ended) implements Found {}

        /** There are none yet, and nobody is to wait any more. */
        record Closed() implements Found {}

        /** There are none yet; either the wait is over, or the log's end is elsewhere now and must be looked for anew. */
        record Nothing() implements Found {}
    }

    /**
     * The entries after a position, waiting for some if there are none yet.
     *
     * @param timeout how long to wait at most; the wait may be longer by a tenth of a second
     * @param follow whether to wait also while the run requires action
     */
    Found await(long position, Duration timeout, boolean follow) throws InterruptedException;
}
