package dev.runnel.server.store;

import java.sql.SQLException;

/**
 * Tells the nodes that share a database which runs have changed, so that their readers need not look again and again. A
 * notice may be lost: a thread that waits for one must also look now and then. Thread-safe.
 */
public interface Notices extends AutoCloseable {
    /** For a database that only one process uses. */
    Notices NONE = new Notices() {
        @Override
        public void changed(Sql sql, long run) {}

        @Override
        public void written(Sql sql, long run) {}

        @Override
        public void watch(long run) {}

        @Override
        public void call(Sql sql, String node) {}

        @Override
        public void listen(Listener listener) {}

        @Override
        public void close() {}
    };

    /** Tells the other nodes, when the transaction is committed, that a run's row has changed. */
    void changed(Sql sql, long run) throws SQLException;

    /**
     * Tells the other nodes, when the transaction is committed, that there is more in a run's log. The transaction checks the run's
     * lease. Nodes are told only if one of them {@linkplain #watch watches} the run.
     */
    void written(Sql sql, long run) throws SQLException;

    /**
     * Asks to be told of what is written to a run's log from now on, until the run has ended. To be called before one looks whether
     * there is something new.
     *
     * @throws StoreException if the database cannot be written
     */
    void watch(long run);

    /** Tells a node, when the transaction is committed, that it is asked for something, or was answered. */
    void call(Sql sql, String node) throws SQLException;

    /** Begins to listen to the other nodes. To be called once. */
    void listen(Listener listener);

    /** Is told of notices. Its methods must be quick. */
    interface Listener {
        /** Another node has changed a run. */
        void changed(long run);

        /** Another node has {@linkplain Notices#call called} this one. */
        void called();

        /** Anything may have happened, as notices may have been lost. */
        void all();
    }

    /** Ends the listening. */
    @Override
    void close();
}
