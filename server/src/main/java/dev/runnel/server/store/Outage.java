package dev.runnel.server.store;

import java.io.IOException;

/**
 * A temporary fault of the place where the data lies.
 *
 * @param words what is wrong, in words for a caller
 * @param concernsAll whether anything else that is tried now will fail for the same reason
 */
public record Outage(String words, boolean concernsAll) {
    /** There is no room for what was to be written. What needs less may still succeed. */
    public static final Outage DISK_FULL = new Outage("the disk is full", false);

    private static final Outage FILES = new Outage("files cannot be read or written", false);

    /** What a failure of the file system tells of. */
    public static Outage of(IOException failure) {
        return isFull(failure) ? DISK_FULL : FILES;
    }

    /** As the operating system says it; Java has no other sign. */
    private static boolean isFull(IOException failure) {
        String words = String.valueOf(failure.getMessage());
        return words.contains("No space left on device") || words.contains("quota exceeded");
    }
}
