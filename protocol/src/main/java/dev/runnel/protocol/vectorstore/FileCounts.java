package dev.runnel.protocol.vectorstore;

/**
 * How many files of a store or of a batch are in which state.
 *
 * @param inProgress being read, cut into chunks and embedded, or waiting for that
 * @param completed searchable
 * @param failed not searchable; each file's {@code last_error} says why
 * @param cancelled taken back before they were searchable
 * @param total all of them
 */
public record FileCounts(long inProgress, long completed, long failed, long cancelled, long total) {
    /** No files. */
    public static final FileCounts NONE = new FileCounts(0, 0, 0, 0, 0);
}
