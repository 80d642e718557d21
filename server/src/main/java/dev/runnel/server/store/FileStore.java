package dev.runnel.server.store;

import java.io.InputStream;
import java.util.Optional;
import java.util.Set;

/**
 * What uploaded files hold, by their ids. A row and its bytes need not change in one transaction, so the bytes come first and go last: a
 * crash in between leaves bytes that nobody knows, never a row without bytes (after a power failure, only if commits reach the disk).
 * {@link #retain} removes those. All methods throw a {@link StoreException} if bytes cannot be read or written. Thread-safe.
 */
public interface FileStore {
    /** Begins to store bytes, under no id yet. */
    Draft draft();

    /** The content stored under an id, if there is any. The caller closes it. */
    Optional<InputStream> open(String id);

    /** Removes what is stored under an id, if anything is. */
    void delete(String id);

    /** Removes what is stored under other ids than these, and drafts. For the start, while nobody stores anything. */
    void retain(Set<String> ids);

    /** Removes the store, if nothing is in it: for one that was just made and is not to stay. */
    void removeIfEmpty();

    /** Bytes on their way into the store: gone again unless kept. For one thread. */
    interface Draft extends AutoCloseable {
        /** Appends bytes. */
        void write(byte[] source, int from, int length);

        /**
         * Keeps the bytes under an id; they have then reached the disk.
         *
         * @return how many there are
         */
        long keep(String id);

        /** Lets go of the bytes, if they were not kept. */
        @Override
        void close();
    }
}
