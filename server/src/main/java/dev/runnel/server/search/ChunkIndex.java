package dev.runnel.server.search;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * An index of all chunks on this node, derived from a {@link ChunkSource} and kept up with it by itself. Thread-safe.
 */
public interface ChunkIndex extends AutoCloseable {
    /** Tells that the source has more, so that nobody has to wait for the next look, which is every second. */
    void wake();

    /**
     * Waits until searches see all changes up to this one, at most so long.
     *
     * @return whether they do
     */
    boolean await(long change, Duration limit) throws InterruptedException;

    /**
     * The chunks that answer best, the best first; fewer than asked for if there are not more. It sees what is there by now: a caller
     * that needs a change to be seen {@linkplain #await awaits} it first.
     *
     * @throws IOException if the index cannot be read, nor made anew within ten seconds
     * @throws IllegalStateException if the index is closed
     */
    List<Hit> search(SearchQuery query) throws IOException, InterruptedException;

    /** Writes what is not on the disk yet, and frees the folder. A second call does nothing. */
    @Override
    void close();

    /** Opens indexes. */
    interface Provider {
        /**
         * An index in a folder that is its alone, which it makes if it is not there. Returns at once: what the folder has can be searched
         * within moments. An index there that is damaged, or of another source, is made anew.
         */
        ChunkIndex open(Path folder, ChunkSource source);
    }

    /** What this build has: nothing, if the libraries for search were left out of it. */
    static Optional<Provider> provider() {
        return ServiceLoader.load(Provider.class).findFirst();
    }
}
