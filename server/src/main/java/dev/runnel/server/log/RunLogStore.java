package dev.runnel.server.log;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Stores the logs of runs. A run is identified by the number that the database gave it. Thread-safe. */
interface RunLogStore {

    /** Writes one run's entries, transaction by transaction. For the committing thread. */
    interface Writer {
        /** Writes the run's next entries; there may be none. Called again after a transaction that was rolled back. */
        void write(Sql sql, List<LogEntry> entries) throws SQLException;

        /** Says that the transaction is committed. */
        void committed();
    }

    /** Writes the entries that a run begins with, in the transaction that creates the run. */
    void begin(Sql sql, long run, List<LogEntry> entries) throws SQLException;

    /**
     * A writer for a run whose log is being opened. A run has one writer at a time.
     *
     * @param submit makes the committing thread call {@link Writer#write} with the entries that wait, even if there are
     *     none
     */
    Writer writer(long run, Runnable submit);

    /**
     * Says that a run's writer was given up after a failure: until {@link #recover}, {@link #read} may miss durable
     * entries.
     */
    void abandon(long run);

    /** Makes all durable entries of a run readable. Must be called before an abandoned log is opened again. */
    void recover(long run);

    /** Whether {@link #read} finds all durable entries of a run whose log is not open. */
    boolean complete(long run);

    /**
     * Asks to be woken by whatever is written to a run's log from now on, also by another node. To be called before one looks whether
     * there is something new.
     */
    void watch(long run);

    /** The entries after a position, oldest first, from at most this many segments. */
    List<LogEntry> read(long run, long position, int segments);

    /** The last entry of a run's log; empty if it was removed. */
    Optional<LogEntry> last(long run);

    /**
     * The position of a reader that has seen the shown entries up to a number.
     *
     * @param number the number of a shown entry; a number beyond the last one means the log's end
     * @return a position after which all remaining entries come that such a reader has not seen; if shown ones among
     *     them were removed, a gap follows the position
     */
    long positionOf(long run, long number);

    /**
     * Removes the first segments of the log of a run that has ended.
     *
     * @return whether there may be more
     */
    boolean removeFirst(long run, int segments);
}
