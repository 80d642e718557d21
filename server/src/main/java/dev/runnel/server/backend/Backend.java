package dev.runnel.server.backend;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.FileStore;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.time.Timers;

/**
 * The place that a database URL names. Each kind of database is one implementation, which knows how to open it and what is put together
 * for it. Thread-safe.
 */
public interface Backend {
    /**
     * The place that a URL names. Nothing need be there yet.
     *
     * @param url {@code sqlite:} and a file's path
     * @throws IllegalArgumentException if it is not the URL of a known kind of database
     */
    static Backend of(String url) {
        return Backends.of(url);
    }

    /** Where the data lies, in words for an operator. */
    String place();

    /** Whether there is a database. */
    boolean exists();

    /**
     * Opens the database, creating it and bringing its schema up to date as needed.
     *
     * @param toTheDisk whether each commit waits until it has reached the disk
     * @param timers by which what is done beside it is done
     * @throws StoreException if it cannot be opened
     */
    Storage open(boolean toTheDisk, Timers timers);

    /**
     * Runs queries on one state of the database, also while a server has it open: what is committed meanwhile is not seen. Nothing can be
     * written.
     *
     * @throws StoreException if there is none, or it cannot be read
     */
    <T> T snapshot(Database.Work<T> work);

    /** What uploaded files hold; it can be read also while a server has the database open. */
    FileStore files();
}
