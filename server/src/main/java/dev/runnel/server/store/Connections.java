package dev.runnel.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The connections to one open database. All that {@link Database} does in its own way on each kind of database is behind this
 * interface: settings, pools, locks, and what failures mean. Thread-safe.
 */
public interface Connections extends AutoCloseable {
    /** A connection that reads. Closing it gives it back. */
    Connection reader() throws SQLException;

    /** A new connection that writes; the caller owns it. */
    Connection writer() throws SQLException;

    /** What {@link Sql#skipLocked} is. */
    String skipLocked();

    /** The fault that a failure, or one of its causes, tells of; empty if it is a fault of our own. */
    Optional<Outage> outage(Throwable failure);

    /** A failure at the start, in words for the operator: they say what helps, if something does. */
    StoreException cannotOpen(Exception cause);

    /** Begins what must be done beside the writer; called once, when the writer runs. */
    void begin(Database database) throws SQLException;

    /** Closes all connections that were given out; called when the writer has ended. */
    @Override
    void close();

    /** Closes them, and removes the database. */
    void discard();
}
