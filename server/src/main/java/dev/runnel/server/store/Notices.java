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
        public void listen(LongConsumer listener, Runnable all) {}

        @Override
        public void close() {}
    };

    /** Tells the other nodes, when the transaction is committed, that a run's row or log has changed. */
    void changed(Sql sql, long run) throws SQLException;

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
