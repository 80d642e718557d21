package dev.runnel.server.store;

import java.io.InputStream;
import java.util.Optional;
import java.util.Set;

/**
 * The contents of uploaded files, by file id. A file's row and its bytes do not change in one transaction. So the bytes
 * are stored before the row, and removed after it: a crash in between leaves bytes without a row, never a row without
 * bytes (after a power failure, only if commits reach the disk). {@link #retain} removes bytes without a row. All
 * methods throw a {@link StoreException} if bytes cannot be read or written. Thread-safe.
 */
public interface FileStore {
    /** Begins to store bytes; {@link Draft#keep} gives them their id. */
    Draft draft();

    /** The content stored under an id, if there is any. The caller closes it. */
    Optional<InputStream> open(String id);

    /** Removes the content stored under an id, if there is any. */
    void delete(String id);

    /** Removes all drafts, and all content under other ids than these. For the start, before any file is stored. */
    void retain(Set<String> ids);

    /** Removes the store if it is empty: for one that was just created and is not to stay. */
    void removeIfEmpty();

    /** A file that is being written. Its bytes are removed when it is closed, unless they were kept. For one thread. */
    interface Draft extends AutoCloseable {
        /** Appends bytes. */
        void write(byte[] source, int from, int length);

        /**
         * Keeps the bytes under an id. They have reached the disk when this method returns.
         *
         * @return the number of bytes
         */
        long keep(String id);

        /** Removes the bytes, if they were not kept. */
        @Override
        void close();
    }
}
