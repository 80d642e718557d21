package dev.runnel.server.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/**
 * What uploaded files hold: one folder, and in it a file for each, named by its id. Rows and bytes cannot change in one
 * transaction, so the bytes come first and go last: a crash in between leaves bytes that nobody knows, never a row without
 * bytes (after a power failure, only if commits reach the disk). {@link #retain} removes those. Thread-safe.
 */
public final class FileStore {
    private static final String UNFINISHED = "unfinished-";

    private final Path folder;

    private FileStore(Path folder) {
        this.folder = folder;
    }

    /**
     * The store beside a database: {@code runnel.db.files} for {@code sqlite:runnel.db}. The folder is made when it is first
     * written to.
     *
     * @throws IllegalArgumentException if the URL names no database that is known
     */
    public static FileStore beside(String database) {
        return new FileStore(DatabaseFile.of(database).beside(".files"));
    }

    /** Begins to store bytes, under no id yet. */
    public Draft draft() {
        try {
            Files.createDirectories(folder);
            return new Draft(Files.createTempFile(folder, UNFINISHED, ""));
        } catch (IOException e) {
            throw failed("begun", e);
        }
    }

    /** The content stored under an id, if there is any. The caller closes it. */
    public Optional<InputStream> open(String id) {
        try {
            return Optional.of(Files.newInputStream(folder.resolve(id)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /** Removes what is stored under an id, if anything is. */
    public void delete(String id) {
        delete(folder.resolve(id));
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed("deleted", e);
        }
    }

    /** Removes the folder, if nothing is in it. */
    public void removeIfEmpty() {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // It stays.
        } catch (IOException e) {
            throw failed("removed", e);
        }
    }

    /** Removes what is stored under other ids than these, and drafts. For the start, while nobody stores anything. */
    public void retain(Set<String> ids) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                boolean ours = name.startsWith("file-") || name.startsWith(UNFINISHED);
                if (ours && Files.isRegularFile(file) && !ids.contains(name)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw failed("listed", e);
        }
    }

    private static StoreException failed(String what, IOException cause) {
        return new StoreException("a file's bytes cannot be " + what + ": " + cause, cause);
    }

    /** Bytes on their way into the store: gone again unless kept. For one thread. */
    public final class Draft implements AutoCloseable {
        private final Path temporary;
        private final FileChannel channel;
        private final OutputStream bytes;

        private Draft(Path temporary) throws IOException {
            this.temporary = temporary;
            this.channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
            this.bytes = Channels.newOutputStream(channel);
        }

        /** Appends bytes. */
        public void write(byte[] source, int from, int length) {
            try {
                bytes.write(source, from, length);
            } catch (IOException e) {
                throw failed("written", e);
            }
        }

        /**
         * Keeps the bytes under an id; they have then reached the disk.
         *
         * @return how many there are
         */
        public long keep(String id) {
            try {
                long size = channel.size();
                channel.force(true);
                channel.close();
                Files.move(temporary, folder.resolve(id), StandardCopyOption.ATOMIC_MOVE);
                syncFolder();
                return size;
            } catch (IOException e) {
                throw failed("kept", e);
            }
        }

        /** Lets go of the bytes, if they were not kept. */
        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw failed("closed", e);
            } finally {
                delete(temporary);
            }
        }
    }

    /** A name is durable when its folder is. Not every system opens folders; those that do not keep names by themselves. */
    private void syncFolder() throws IOException {
        FileChannel opened;
        try {
            opened = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (IOException e) {
            return;
        }
        try (opened) {
            opened.force(true);
        }
    }
}
