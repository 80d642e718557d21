package dev.runnel.server.log;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Where the logs of runs are kept. A run is named by its number, which the database gave it. Thread-safe.
 */
interface RunLogStore {

    /** Writes one run's entries, transaction by transaction. For the thread that commits. */
    interface Writer {
        /**
         * Writes entries that follow those before, if there are any. May be done again after a transaction that was rolled back.
         */
        void write(Sql sql, List<LogEntry> entries) throws SQLException;

        /** The transaction is committed. */
        void committed();
    }

    /** Writes the entries that a run begins with, in the transaction that creates the run. */
    void begin(Sql sql, long run, List<LogEntry> entries) throws SQLException;

    /**
     * A writer for a run whose log is opened. A run has one at a time.
     *
     * @param submit has the committing thread call {@link Writer#write}, with whatever waits, even if nothing does
     */
    Writer writer(long run, Runnable submit);

    /** The writer of a run was given up after a failure: what it had written may not be where readers look for it yet. */
    void abandon(long run);

    /** Makes all that is durable of a run readable. To be called before a log that was given up is opened anew. */
    void recover(long run);

    /** Whether {@link #read} finds all that is durable of a run whose log is not open. */
    boolean complete(long run);

    /** The entries after a position, oldest first, as many as so many segments hold. */
    List<LogEntry> read(long run, long position, int segments);

    /** The last entry of a run's log; empty if it was removed. */
    Optional<LogEntry> last(long run);

    /**
     * Where a reader stands that has seen the shown entries up to a number.
     *
     * @param number of an entry; beyond the last one, the log's end is meant
     * @return a position after which all entries are that such a reader has not seen; earlier than that of the numbered entry if
     *     entries in between were removed
     */
    long positionOf(long run, long number);

    /**
     * Removes the first segments of the log of a run that has ended.
     *
     * @return whether there may be more
     */
    boolean removeFirst(long run, int segments);
}
