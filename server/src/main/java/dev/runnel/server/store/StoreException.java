package dev.runnel.server.store;

import java.nio.file.FileSystemException;
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

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * What is wrong with where the data lies, if that is it and may pass: in words for whoever asked for something. Empty for faults of
     * our own.
     */
    public Optional<String> outage() {
        for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException sqlite) {
                return Optional.ofNullable(outage(sqlite));
            }
            if (cause instanceof FileSystemException) {
                return Optional.of("files cannot be read or written");
            }
        }
        return Optional.empty();
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
            case FULL -> "the disk is full";
            case IO_ERROR, CANT_OPEN, READ_ONLY -> "the database's file cannot be read or written";
            default -> null;
        };
    }

    /** The lower byte: the rest says more of the same. */
    private static int primary(SQLiteException failure) {
        return failure.getResultCode().code & 0xff;
    }
}
