package dev.runnel.server.backend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder for files of one process that are derived from the database. It is kept for later processes, or removed when this one
 * ends. A process that was killed cannot remove its folder; the next process on the machine does so. It knows by a lock on a file
 * beside the folder, which the system releases when a process ends, however it ends. Thread-safe.
 */
public final class NodeFolder implements AutoCloseable {
    private static final String PREFIX = "runnel-";
    private static final String LOCK = ".lock";
    private static final System.Logger LOG = System.getLogger(NodeFolder.class.getName());

    /** The locks of this process. To open and close such a file once more would release its lock. */
    private static final Set<Path> MINE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final boolean stays;
    private final Path lockFile;
    private final @Nullable FileChannel lock;

    private NodeFolder(Path path, boolean stays, @Nullable FileChannel lock) {
        this.path = path;
        this.stays = stays;
        this.lockFile = lockFile(path);
        this.lock = lock;
    }

    private static Path lockFile(Path folder) {
        return folder.resolveSibling(folder.getFileName() + LOCK);
    }

    /** A folder that later processes use. */
    static NodeFolder kept(Path path) {
        return new NodeFolder(path, true, null);
    }

    /**
     * A folder for this process alone. Removes those of processes that were killed.
     *
     * @param parent the folder in which all processes have theirs
     * @param node this process's name, which no other process has or had
     */
    static NodeFolder temporary(Path parent, String node) {
        Path path = parent.resolve(PREFIX + node);
        Path file = lockFile(path);
        try {
            removeAbandoned(parent);
            MINE.add(file);
            FileChannel lock = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            lock.lock();
            return new NodeFolder(path, false, lock);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the folder " + path + " would stay if this process were killed", e);
            return new NodeFolder(path, false, null);
        }
    }

    private static void removeAbandoned(Path parent) throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, PREFIX + "*" + LOCK)) {
            for (Path file : locks) {
                if (!MINE.contains(file)) {
                    removeIfAbandoned(file);
                }
            }
        }
    }

    private static void removeIfAbandoned(Path file) {
        try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (other.tryLock() != null) {
                String name = file.getFileName().toString();
                remove(file.resolveSibling(name.substring(0, name.length() - LOCK.length())));
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.DEBUG, "what belongs to " + file + " cannot be removed", e); // another user's, perhaps
        }
    }

    private static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Where it is. It need not exist yet. */
    public Path path() {
        return path;
    }

    /** Removes the folder, unless later processes use it. Nothing may use it any more. */
    @Override
    public void close() {
        if (stays) {
            return;
        }
        try {
            remove(path);
            if (lock != null) {
                Files.deleteIfExists(lockFile);
                lock.close();
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.DEBUG, "the folder " + path + " cannot be removed", e);
        }
        MINE.remove(lockFile);
    }
}
