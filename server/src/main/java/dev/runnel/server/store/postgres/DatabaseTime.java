package dev.runnel.server.store.postgres;

import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time by which all nodes of a database agree, whatever their own clocks say: the database's. It is measured now and then, and told
 * by the node's clock in between. Thread-safe.
 */
public final class DatabaseTime {
    /** A smaller difference is not made up for: the clocks are synchronised, and the measurement takes time too. */
    private static final long TOLERATED_MILLIS = 250;

    private final LongSupplier clock;
    private volatile long ahead;

    /**
     * The time of a database, which is the node's as long as it was not measured.
     *
     * @param clock the node's, in milliseconds since the epoch
     */
    public DatabaseTime(LongSupplier clock) {
        this.clock = clock;
    }

    /** Asks the database for its time. */
    public void measure(Sql sql) throws SQLException {
        long before = clock.getAsLong();
        long database = sql.first(row -> row.getLong(1), "SELECT " + DatabaseClock.MILLIS).orElseThrow();
        long after = clock.getAsLong();
        long measured = database - (before + after) / 2;
        if (Math.abs(measured - ahead) > TOLERATED_MILLIS + (after - before)) {
            ahead = measured;
        }
    }

    /** A clock of the node, set right. */
    public InstantSource right(InstantSource nodes) {
        return () -> nodes.instant().plusMillis(ahead);
    }
}
