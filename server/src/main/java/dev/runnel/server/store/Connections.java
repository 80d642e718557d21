package dev.runnel.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * The connections to one open database. This interface hides what differs between kinds of databases: settings, pools,
 * locks, and the meaning of failures. Thread-safe.
 */
public interface Connections extends AutoCloseable {
    /** Runs queries on a connection for reading that nobody else uses meanwhile. */
    <T> T read(Sql.Work<T> work) throws SQLException;

    /** A new connection for writing; the caller owns it. */
    Connection writer() throws SQLException;

    /** Whether other processes may write to the database at the same time, so that rows must be locked. */
    boolean shared();

    /** The outage behind a failure or one of its causes; empty if the fault is Runnel's own. */
    Optional<Outage> outage(Throwable failure);

    /**
     * Whether a transaction failed because others waited for it and it for them. It would succeed if it were run again, as the
     * others go on then.
     */
    boolean isDeadlock(Throwable failure);

    /**
     * How long the work of runs under way waits for the database to come back after an {@linkplain Outage#concernsAll outage
     * of all of it}, before it fails. Zero where such an outage does not end by itself.
     */
    Duration patience();

    /**
     * The exception for a failure at the start. Its message tells the operator the fault and, where there is one, the
     * remedy.
     */
    StoreException cannotOpen(Exception cause);

    /** Starts the work that goes on beside the writer, such as checkpoints. Called once, when the writer runs. */
    void begin(Writer writer) throws SQLException;

    /** Closes all connections that were given out; called when the writer has ended. */
    @Override
    void close();

    /** Closes all connections, and removes the database. */
    void discard();

    /** The only writer, as the work beside it sees it. */
    @FunctionalInterface
    interface Writer {
        /** Runs an action while no transaction is open; the writer waits for it. */
        void pause(Pause pause) throws SQLException;
    }

    /** An action that runs while the writer waits. */
    @FunctionalInterface
    interface Pause {
        /** Runs the action. */
        void run() throws SQLException;
    }
}
