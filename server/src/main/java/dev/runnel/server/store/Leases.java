package dev.runnel.server.store;

import java.sql.SQLException;
import java.util.Optional;

/** Records which node may append to each run's log. Thread-safe. */
public interface Leases {

    /**
     * Takes a run's lease, in the transaction that begins to need it.
     *
     * @return the lease; empty if another node holds it
     */
    Optional<Lease> take(Sql sql, long run) throws SQLException;

    /**
     * Throws unless a lease still holds. Called in each transaction that writes under the lease.
     *
     * @throws OwnershipLostException if the lease was taken again since
     */
    void check(Sql sql, Lease lease) throws SQLException;

    /** Gives a lease back: the run has ended, waits for a request, or is left to any node. */
    void release(Lease lease);
}
