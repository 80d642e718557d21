package dev.runnel.server.backend;

import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.FileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * An open database and the stores that belong to it. Thread-safe.
 *
 * @param database the rows
 * @param files the contents of uploaded files
 * @param node the name of this process among those that share the database. A process that has its database alone has always
 *     the same name
 * @param folder for files of this process alone that are derived from the database; it need not exist yet
 * @param folderStays whether a later process uses the folder; otherwise it is removed with the end of this one
 * @param clock sets a clock right, so that all processes that share the database agree on the time
 * @param logs opens the logs of runs
 */
public record Storage(
        Database database, FileStore files, String node, Path folder, boolean folderStays,
        UnaryOperator<InstantSource> clock, Supplier<RunLog> logs) implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Storage.class.getName());

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
        if (!folderStays && Files.exists(folder)) {
            removeFolder();
        }
    }

    private void removeFolder() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.DEBUG, "the folder " + folder + " cannot be removed", e);
        }
    }

    /** Closes the database and removes all of it: for one that was just created and is not to stay. */
    public void discard() {
        database.discard();
        files.removeIfEmpty();
    }
}
