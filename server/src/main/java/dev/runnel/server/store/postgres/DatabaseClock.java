package dev.runnel.server.store.postgres;

/** The clock that leases go by: the database's, as those of the nodes may differ. Static and without state. */
final class DatabaseClock {
    /** The time in milliseconds since the epoch, as SQL. */
    static final String MILLIS = "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT";

    private DatabaseClock() {}
}
