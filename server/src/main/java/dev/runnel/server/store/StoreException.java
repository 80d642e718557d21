package dev.runnel.server.store;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/**
 * The database failed: disk full, file gone, a bug in a statement. Nothing of the transaction was kept, unless it failed to close.
 */
public sealed class StoreException extends RuntimeException permits OwnershipLostException {
    private static final long serialVersionUID = 1L;

    // SQLite's result codes.
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int READ_ONLY = 8;
    private static final int IO_ERROR = 10;
    private static final int FULL = 13;
    private static final int CANT_OPEN = 14;

    private static final String FULL_DISK = "the disk is full";

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * A temporary fault of the place where the data lies, such as a full disk, in words for the caller. Empty for faults of our own.
     */
    public Optional<String> outage() {
        for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException sqlite) {
                return Optional.ofNullable(outage(sqlite));
            }
            if (cause instanceof IOException files) {
                return Optional.of(isFull(files) ? FULL_DISK : "files cannot be read or written");
            }
        }
        return Optional.empty();
    }

    /** Whether there is no room for what was to be written. */
    boolean diskIsFull() {
        return outage().filter(FULL_DISK::equals).isPresent();
    }

    /** As the operating system says it; Java has no other sign. */
    private static boolean isFull(IOException failure) {
        String words = String.valueOf(failure.getMessage());
        return words.contains("No space left on device") || words.contains("quota exceeded");
    }

    /** Whether whatever else is tried now will fail just so. */
    static boolean concernsAll(Throwable failure) {
        return failure instanceof SQLiteException sqlite && switch (primary(sqlite)) {
            case BUSY, CANT_OPEN -> true;
            default -> false;
        };
    }

    private static @Nullable String outage(SQLiteException failure) {
        return switch (primary(failure)) {
            case BUSY, LOCKED -> "another process has locked the database";
            case FULL -> FULL_DISK;
            case IO_ERROR, CANT_OPEN, READ_ONLY -> "the database's file cannot be read or written";
            default -> null;
        };
    }

    /** The lower byte: the rest says more of the same. */
    private static int primary(SQLiteException failure) {
        return failure.getResultCode().code & 0xff;
    }
}
