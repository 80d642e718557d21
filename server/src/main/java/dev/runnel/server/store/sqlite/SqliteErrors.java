package dev.runnel.server.store.sqlite;

import dev.runnel.server.store.Outage;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/** Translates SQLite's result codes into outages. Static and without state. */
final class SqliteErrors {
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int READ_ONLY = 8;
    private static final int IO_ERROR = 10;
    private static final int FULL = 13;
    private static final int CANT_OPEN = 14;

    private static final String LOCKED_WORDS = "another process has locked the database";
    private static final String UNREACHABLE = "the database's file cannot be read or written";

    private SqliteErrors() {}

    /** The outage behind a failure, judged by the first of its causes that comes from SQLite or the file system. */
    static Optional<Outage> outage(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException sqlite) {
                return Optional.ofNullable(outage(sqlite));
            }
            if (cause instanceof IOException files) {
                return Optional.of(Outage.of(files));
            }
        }
        return Optional.empty();
    }

    /** Judges by the code's lower byte: the rest only adds detail. */
    private static @Nullable Outage outage(SQLiteException failure) {
        return switch (failure.getResultCode().code & 0xff) {
            case BUSY -> new Outage(LOCKED_WORDS, true);
            case LOCKED -> new Outage(LOCKED_WORDS, false);
            case FULL -> Outage.DISK_FULL;
            case CANT_OPEN -> new Outage(UNREACHABLE, true);
            case IO_ERROR, READ_ONLY -> new Outage(UNREACHABLE, false);
            default -> null;
        };
    }
}
