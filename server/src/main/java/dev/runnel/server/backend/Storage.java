package dev.runnel.server.backend;

import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.FileStore;
import java.util.function.Function;

/**
 * An open database and what belongs to it. Thread-safe.
 *
 * @param database rows
 * @param files what uploaded files hold
 * @param logs opens the logs of runs
 */
public record Storage(Database database, FileStore files, Function<Database, RunLog> logs) implements AutoCloseable {
    /**
     * Opens the logs of runs; once. First it makes readable what a crash left unread.
     *
     * @throws dev.runnel.server.store.StoreException if the database cannot be read or written
     */
    public RunLog openLogs() {
        return logs.apply(database);
    }

    /** Commits what waits, and closes the database. */
    @Override
    public void close() {
        database.close();
    }

    /** Closes the database and removes all of it: for one that was just made and is not to stay. */
    public void discard() {
        database.discard();
        files.removeIfEmpty();
    }
}
