package dev.runnel.server.store;

import java.io.IOException;

/**
 * A temporary fault of the place where the data is stored, such as a full disk.
 *
 * @param words what is wrong, in words for a caller
 * @param concernsAll whether every other attempt would now fail for the same reason
 */
public record Outage(String words, boolean concernsAll) {
    /** There is no room for the write. A smaller write may still succeed. */
    public static final Outage DISK_FULL = new Outage("the disk is full", false);

    private static final Outage FILES = new Outage("files cannot be read or written", false);

    /** The outage behind a failure of the file system. */
    public static Outage of(IOException failure) {
        return isFull(failure) ? DISK_FULL : FILES;
    }

    /** Reads the operating system's message, because Java has no other sign of a full disk. */
    private static boolean isFull(IOException failure) {
        String words = String.valueOf(failure.getMessage());
        return words.contains("No space left on device") || words.contains("quota exceeded");
    }
}
