package dev.runnel.server.log;

import java.time.Duration;
import java.util.List;

/** The tail of one run's log, where readers wait for new entries. Thread-safe. */
interface Tail {

    /** The state that a reader finds at the end of a log. */
    sealed interface Found {
        /** These entries come next; at least one. */
        record Entries(List<LogEntry> entries) implements Found {}

        /** The next entries are no longer in the tail: the store has them. */
        record InStore() implements Found {}

        /**
         * There are no more entries: the run has ended or requires action.
         *
         * @param ended whether no entry will ever follow
         */
        record AtRest(boolean ended) implements Found {}

        /** There are no entries yet, and readers must stop waiting: the logs were closed. */
        record Closed() implements Found {}

        /** There are no entries yet, and these could not be written. */
        record Failed(RuntimeException cause) implements Found {}

        /**
         * There are no entries yet. Either the timeout has passed, or the log's tail has moved and must be looked up
         * again.
         */
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
