package dev.runnel.server.backend;

import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.FileStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * An open database and the stores that belong to it. Thread-safe.
 *
 * @param database the rows
 * @param files the contents of uploaded files
 * @param node the name of this process among those that share the database. A process that has its database alone has always
 *     the same name
 * @param space for files of this process alone that are derived from the database
 * @param clock sets a clock right, so that all processes that share the database agree on the time
 * @param logs opens the logs of runs
 */
public record Storage(
        Database database, FileStore files, String node, NodeFolder space,
        UnaryOperator<InstantSource> clock, Supplier<RunLog> logs) implements AutoCloseable {
    /** The folder for files of this process alone that are derived from the database; it need not exist yet. */
    public Path folder() {
        return space.path();
    }

    /**
     * Opens the logs of runs; to be called once. First makes the entries readable that a crash left in the journal.
     *
     * @throws dev.runnel.server.store.StoreException if the database cannot be read or written
     */
    public RunLog openLogs() {
        return logs.get();
    }

    /** Commits all waiting work, and closes the database. Nothing may use the folder any more. */
    @Override
    public void close() {
        database.close();
        space.close();
    }

    /** Closes the database and removes all of it: for one that was just created and is not to stay. */
    public void discard() {
        database.discard();
        files.removeIfEmpty();
    }
}
