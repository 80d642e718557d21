package dev.runnel.server.store.sqlite;

import dev.runnel.server.store.Lease;
import dev.runnel.server.store.Leases;
import dev.runnel.server.store.OwnershipLostException;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.Store;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The leases of a process that has its database to itself: the process holds all leases, and never asks the database. A
 * lease is lost only if the process itself takes it a second time.
 */
public final class LocalLeases implements Leases {
    /** The name of the process, which is always the same. */
    public static final String NODE = "the only process";

    private final ConcurrentMap<Long, Lease> held = new ConcurrentHashMap<>();

    /** Counts the leases of all runs, so that a released lease never equals a later one. */
    private final AtomicLong fences = new AtomicLong();

    @Override
    public Optional<Lease> take(Sql sql, long run) {
        Lease lease = new Lease(run, NODE, fences.incrementAndGet());
        held.put(run, lease);
        return Optional.of(lease);
    }

    @Override
    public void check(Sql sql, Lease lease) {
        if (!lease.equals(held.get(lease.run()))) {
            throw new OwnershipLostException(lease);
        }
    }

    @Override
    public boolean holds(Sql sql, Lease lease) {
        return held.getOrDefault(lease.run(), lease).equals(lease);
    }

    /** Does nothing: the process keeps the lease of a run that waits. */
    @Override
    public void rest(Sql sql, Lease lease) {}

    @Override
    public void release(Lease lease) {
        held.remove(lease.run(), lease);
    }

    @Override
    public List<Long> free(Sql sql) throws SQLException {
        return Store.activeRuns(sql);
    }

    @Override
    public List<Holding> holdings(Sql sql) throws SQLException {
        return Store.activeRuns(sql).stream().map(run -> new Holding(NODE, run, null)).toList();
    }

    @Override
    public boolean shared() {
        return false;
    }

    /** Does nothing: there are no other nodes. */
    @Override
    public void watch(Holder holder) {}

    @Override
    public void close() {}
}
