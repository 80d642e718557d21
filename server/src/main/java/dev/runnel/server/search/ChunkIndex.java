package dev.runnel.server.search;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * An index of all chunks on this node. It is derived from a {@link ChunkSource}, and follows the source's changes by
 * itself. Thread-safe.
 */
public interface ChunkIndex extends AutoCloseable {
    /** Tells the index that the source has new changes. Without this call it looks for them every second. */
    void wake();

    /**
     * Waits until searches see all changes up to this one, at most for the given time.
     *
     * @return whether searches see them
     */
    boolean await(long change, Duration limit) throws InterruptedException;

    /**
     * The chunks that answer a query best, the best first; fewer than the limit if not more are found. Searches the
     * changes applied by now: a caller that needs a certain change {@linkplain #await awaits} it first.
     *
     * @throws IOException if the index cannot be read, and cannot be rebuilt within ten seconds
     * @throws IllegalStateException if the index is closed
     */
    List<Hit> search(SearchQuery query) throws IOException, InterruptedException;

    /** Writes the remaining changes to the disk, and frees the folder. A second call does nothing. */
    @Override
    void close();

    /** Opens indexes. */
    interface Provider {
        /**
         * Opens an index in a folder that no other index uses. The folder is created if it does not exist. Returns at
         * once; an index in the folder can be searched within moments. An index that is damaged, or was made from
         * another source, is rebuilt.
         */
        ChunkIndex open(Path folder, ChunkSource source);
    }

    /** The provider of this build; empty if the build leaves out the libraries for search. */
    static Optional<Provider> provider() {
        return ServiceLoader.load(Provider.class).findFirst();
    }
}
