package dev.runnel.server.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a database to one process: a second one would take the first one's runs for abandoned. The lock is on a file beside the
 * database, and the operating system lets go of it when the process ends, however it ends.
 */
final class ProcessLock implements AutoCloseable {
    private final FileChannel channel;

    private ProcessLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws StoreException if another has it, or there is no place for it
     */
    static ProcessLock take(Path database) {
        Path file = database.resolveSibling(database.getFileName() + ".lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new StoreException(
                        "the database " + database
                                + " is in use by another server: stop that one first, or name another database",
                        new IOException(file + " is locked"));
            }
            return new ProcessLock(channel);
        } catch (IOException e) {
            throw new StoreException("the database " + database + " cannot be opened: " + e, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // by another server of this process
        }
    }

    /** Lets go; the file stays, as removing it would race with who takes it next. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
