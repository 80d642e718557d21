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

/** A file store in one folder, with a file for each id. The first draft creates the folder. Thread-safe. */
public final class FolderFileStore implements FileStore {
    private static final String UNFINISHED = "unfinished-";

    private final Path folder;

    /** The store in a folder, which need not exist yet. */
    public FolderFileStore(Path folder) {
        this.folder = folder;
    }

    @Override
    public Draft draft() {
        try {
            Files.createDirectories(folder);
            return new FolderDraft(Files.createTempFile(folder, UNFINISHED, ""));
        } catch (IOException e) {
            throw failed("begun", e);
        }
    }

    @Override
    public Optional<InputStream> open(String id) {
        try {
            return Optional.of(Files.newInputStream(folder.resolve(id)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    @Override
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

    @Override
    public void removeIfEmpty() {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // A folder with files in it stays.
        } catch (IOException e) {
            throw failed("removed", e);
        }
    }

    @Override
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
        return new StoreException("a file's bytes cannot be " + what + ": " + cause, cause,
                Optional.of(Outage.of(cause)));
    }

    private final class FolderDraft implements Draft {
        private final Path temporary;
        private final FileChannel channel;
        private final OutputStream bytes;

        private FolderDraft(Path temporary) throws IOException {
            this.temporary = temporary;
            this.channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
            this.bytes = Channels.newOutputStream(channel);
        }

        @Override
        public void write(byte[] source, int from, int length) {
            try {
                bytes.write(source, from, length);
            } catch (IOException e) {
                throw failed("written", e);
            }
        }

        @Override
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

    /**
     * Syncs the folder, which makes new file names durable. A system that cannot open folders makes names durable by
     * itself.
     */
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
