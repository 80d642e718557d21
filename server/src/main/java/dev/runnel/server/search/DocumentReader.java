package dev.runnel.server.search;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;

/** Reads the text of files, away from this JVM. Thread-safe; calls beyond the number of its processes wait for their turn, in order. */
public interface DocumentReader extends AutoCloseable {
    /**
     * The text of a file, with {@code \n} at the end of lines. Blocks until it is read; interruption ends that.
     *
     * @param filename says by its ending how the file is read, and goes nowhere else
     * @param length of the content, in bytes
     * @param content is read, not closed
     * @throws UnreadableFileException if there is no text to be had
     * @throws IOException if the content cannot be read, or no process can be started
     * @throws IllegalStateException if the reader is closed
     */
    String read(String filename, long length, InputStream content)
            throws UnreadableFileException, IOException, InterruptedException;

    /** Ends what runs: those calls end with a {@code server_error}. */
    @Override
    void close();

    /** Opens readers. */
    interface Provider {
        /**
         * A reader with half as many processes as this machine has cores, and at least one.
         *
         * @param folder for temporary files, is the reader's alone: it is made if it is not there, and what an earlier reader left in it is
         *        removed
         */
        DocumentReader open(Path folder) throws IOException;
    }

    /** What this build has: nothing, if the libraries for documents were left out of it. */
    static Optional<Provider> provider() {
        return ServiceLoader.load(Provider.class).findFirst();
    }
}
