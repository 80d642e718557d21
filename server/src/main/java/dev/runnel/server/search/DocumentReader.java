package dev.runnel.server.search;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Reads the text of files, outside this JVM. Thread-safe. If all its processes are in use, calls wait for their turn,
 * in order.
 */
public interface DocumentReader extends AutoCloseable {
    /**
     * The text of a file, with {@code \n} at the end of lines. Blocks until the text is read; an interrupt ends the
     * reading.
     *
     * @param filename its extension says how to read the file; used for nothing else
     * @param length of the content, in bytes
     * @param content is read, not closed
     * @throws UnreadableFileException if no text can be read from the file
     * @throws IOException if the content cannot be read, or a process cannot be started
     * @throws IllegalStateException if the reader is closed
     */
    String read(String filename, long length, InputStream content)
            throws UnreadableFileException, IOException, InterruptedException;

    /** Ends the calls under way, with a {@code server_error}. */
    @Override
    void close();

    /** Opens readers. */
    interface Provider {
        /**
         * Opens a reader with half as many processes as this machine has cores, and at least one.
         *
         * @param folder for temporary files, for this reader alone. It is created if it does not exist, and the files
         *     of an earlier reader are removed
         */
        DocumentReader open(Path folder) throws IOException;
    }

    /** The provider of this build; empty if the build leaves out the libraries for documents. */
    static Optional<Provider> provider() {
        return ServiceLoader.load(Provider.class).findFirst();
    }
}
