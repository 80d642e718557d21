package dev.runnel.server.store;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Records which node may append to each run's log. Thread-safe. */
public interface Leases extends AutoCloseable {

    /**
     * Takes a run's lease, in the transaction that begins to need it.
     *
     * @return the lease; empty if another node holds it
     */
    Optional<Lease> take(Sql sql, long run) throws SQLException;

    /**
     * Lets the transaction succeed only if a lease still holds. Called in each transaction that writes under the lease.
     * Either this method or the end of the transaction throws.
     *
     * @throws OwnershipLostException if the lease was taken again since
     */
    void check(Sql sql, Lease lease) throws SQLException;

    /**
     * Whether no other node has taken a lease since this node took it. A node that slept through its lease learns it only
     * from the database.
     */
    boolean holds(Sql sql, Lease lease) throws SQLException;

    /**
     * Gives a checked lease back with the transaction, because the run comes to rest: it has ended, or waits for a
     * request. If the holder writes once more before another node has taken the lease, it has the lease again.
     */
    void rest(Sql sql, Lease lease) throws SQLException;

    /** Gives a lease back: the run has ended, waits for a request, or is left to any node. */
    void release(Lease lease);

    /** The numbers of the active runs that a node should go on with, because no node holds them; oldest first. */
    List<Long> free(Sql sql) throws SQLException;

    /** The leases of active runs that are held, in the order of the nodes' names. Those that have lapsed are among them. */
    List<Holding> holdings(Sql sql) throws SQLException;

    /**
     * A lease that is held.
     *
     * @param node the holder's name
     * @param run the run's number
     * @param ageMillis how long ago it was taken or renewed, by the database's clock; null where leases cannot lapse
     */
    record Holding(String node, long run, @Nullable Long ageMillis) {}

    /** Whether other nodes may take leases. If so, a node must let go of a run that waits for a request. */
    boolean shared();

    /**
     * Begins to renew the leases of this node, and to tell the holder about the other nodes. To be called once, and only
     * has an effect where other nodes may take leases.
     */
    void watch(Holder holder);

    /** Ends the renewals. All leases of this node are free from now on. */
    @Override
    void close();

    /** The part of a node that works on the runs whose leases the node holds. */
    interface Holder {
        /** The leases of all runs under way on this node. */
        Collection<Lease> held();

        /** Another node has taken a lease: all work on the run must stop. Called again until the lease is not held. */
        void lost(Lease lease);

        /** So many runs are {@linkplain Leases#free free}. Called once with 0 when there are none any more. */
        void free(int runs);

        /** Another node has changed a run under way here, or asks for its end. */
        void asked(long run);
    }
}
