package dev.runnel.server.store.sqlite;

import dev.runnel.server.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reserves a database for one process: a second process would take the first one's runs for abandoned. The lock is on a
 * file beside the database. The operating system releases the lock when the process ends, however it ends.
 *
 * <p>Symbolic links are already followed, so that all of them lead to the same lock. A database with a second name (a
 * hard link) is refused: SQLite would keep a separate log for each name, and break the file.
 */
final class ProcessLock implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    private ProcessLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws StoreException if another server has the lock, the database has a second name, or the lock file cannot be
     *     opened
     */
    static ProcessLock take(DatabaseFile database) {
        Path file = database.beside(".lock");
        try {
            refuseSecondName(database.path());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new StoreException(
                        "the database " + database.path()
                                + " is in use by another server: stop that one first, or name another database",
                        new IOException(file + " is locked"));
            }
            return new ProcessLock(file, channel);
        } catch (IOException e) {
            throw new StoreException("the database " + database.path() + " cannot be opened: " + e, e);
        }
    }

    /** Refuses a database with a second name. A file system that does not count a file's names is taken to have one. */
    private static void refuseSecondName(Path database) throws IOException {
        if (Files.exists(database) && database.getFileSystem().supportedFileAttributeViews().contains("unix")
                && Files.getAttribute(database, "unix:nlink") instanceof Integer names && names > 1) {
            throw new StoreException(
                    "the database " + database + " has " + names + " names (hard links), and would break if two of them"
                            + " were used: remove the others, which 'find -samefile " + database.getFileName()
                            + "' lists, or copy the file",
                    new IOException(names + " hard links"));
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // by another server of this process
        }
    }

    /** Removes the lock file and releases the lock; for a database that is removed too. */
    void discard() throws IOException {
        Files.deleteIfExists(file);
        channel.close();
    }

    /** Releases the lock. The lock file stays: removing it would race with the next process that takes the lock. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
