package dev.runnel.server.backend;

import dev.runnel.server.store.FileStore;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.time.Timers;

/**
 * The database and file store that a database URL names. Each kind of database has one implementation, which opens the
 * database and puts its parts together. Thread-safe.
 */
public interface Backend {
    /** Where the data is stored, in words for an operator. */
    String place();

    /** Whether the database exists. */
    boolean exists();

    /**
     * Opens the database, creating it and bringing its schema up to date as needed.
     *
     * @param toTheDisk whether each commit waits until it has reached the disk
     * @param timers run the work that goes on beside the database, such as checkpoints
     * @throws StoreException if it cannot be opened
     */
    Storage open(boolean toTheDisk, Timers timers);

    /**
     * As {@link #open}, for a program that writes all it has to write in one transaction, which may pause.
     *
     * @throws StoreException if it cannot be opened
     */
    Storage openToImport();

    /**
     * Runs queries on one consistent state of the database, even while a server has it open. The queries do not see
     * later commits, and cannot write.
     *
     * @throws StoreException if there is no database, or it cannot be read
     */
    <T> T snapshot(Sql.Work<T> work);

    /** The contents of uploaded files. They can be read even while a server has the database open. */
    FileStore files();
}
