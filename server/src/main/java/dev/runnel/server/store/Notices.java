package dev.runnel.server.store;

import java.sql.SQLException;
import java.util.function.LongConsumer;

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
        public void listen(LongConsumer listener, Runnable all) {}

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

    /**
     * Begins to listen to the other nodes. To be called once.
     *
     * @param listener called with the number of each run that another node has changed; must be quick
     * @param all called when any run may have changed, as notices may have been lost; must be quick
     */
    void listen(LongConsumer listener, Runnable all);

    /** Ends the listening. */
    @Override
    void close();
}
