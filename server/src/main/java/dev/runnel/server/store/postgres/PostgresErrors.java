package dev.runnel.server.store.postgres;

import dev.runnel.server.store.Outage;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Translates PostgreSQL's error codes into outages. Static and without state. */
final class PostgresErrors {
    private static final Outage UNREACHABLE = new Outage("the database cannot be reached", true);
    private static final Outage READ_ONLY = new Outage("the database is read-only", true);
    private static final Outage EXHAUSTED = new Outage("the database has run out of connections, memory or disk space",
            true);
    private static final Outage CONTENDED = new Outage("another server was changing the same objects", false);

    private PostgresErrors() {}

    /** The outage behind a failure, judged by the first of its causes that has a code. */
    static Optional<Outage> outage(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) { // the pool waited for a connection in vain
                return Optional.of(UNREACHABLE);
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return Optional.ofNullable(outage(sql.getSQLState()));
            }
        }
        return Optional.empty();
    }

    private static @Nullable Outage outage(String state) {
        return switch (state) {
            case "53100" -> Outage.DISK_FULL;
            case "25006" -> READ_ONLY; // a primary that has become a standby
            case "25P03" -> UNREACHABLE; // the server ended the connection, as a transaction was idle for too long
            case "40001", "40P01", "55P03" -> CONTENDED;
            default -> switch (state.substring(0, 2)) {
                case "08", "57", "58" -> UNREACHABLE;
                case "53" -> EXHAUSTED;
                default -> null;
            };
        };
    }

    /** Whether the database ended a transaction to break a circle of transactions that wait for each other. */
    static boolean isDeadlock(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && "40P01".equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a failure may pass when the database is back. */
    static boolean isUnreachable(Throwable failure) {
        return outage(failure).filter(UNREACHABLE::equals).isPresent();
    }
}
