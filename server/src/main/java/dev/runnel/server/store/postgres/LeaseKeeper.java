package dev.runnel.server.store.postgres;

import dev.runnel.server.store.Lease;
import dev.runnel.server.store.Leases;
import dev.runnel.server.store.Sql;
import dev.runnel.server.time.Timers;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Renews a node's leases and looks at the other nodes, on a connection of its own: the writer may be busy. Thread-safe.
 */
final class LeaseKeeper implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LeaseKeeper.class.getName());

    /** How often to look for runs that are free, and for what other nodes ask. Where notices work, they come sooner. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** A lease is renewed three times in its length. */
    private static final int RENEWALS = 3;

    /** For how long to try to renew leases whose rows the writer has locked for a moment. */
    private static final int TRIES = 50;

    private static final long BETWEEN_TRIES_MILLIS = 20;
    private static final String OLD = "active AND owner = ? AND lease_end < " + DatabaseClock.MILLIS
            + " + ? AND seq = ANY(?)";

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final PostgresUrl url;
    private final String node;
    private final DatabaseTime time;
    private final long lengthMillis;
    private final Leases.Holder holder;
    private final Timers.Timer renewals;
    private final Timers.Timer looks;

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock. Null before the first use, and after a failure.
    private @Nullable Sql sql;

    /**
     * From when on to take what has lapsed. After the database was away all leases have lapsed, and their owners get the
     * time to renew them.
     */
    private long othersSince;

    /** Whether the holder believes that there are free runs. */
    private boolean toldOfFree;

    LeaseKeeper(PostgresUrl url, String node, DatabaseTime time, Duration length, Leases.Holder holder,
            Timers timers) {
        this.url = url;
        this.node = node;
        this.time = time;
        this.lengthMillis = length.toMillis();
        this.holder = holder;
        this.renewals = timers.every(length.dividedBy(RENEWALS), () -> quietly(this::renew));
        this.looks = timers.every(LOOK, () -> quietly(this::look));
    }

    @FunctionalInterface
    private interface Work {
        void run(Sql sql) throws SQLException;
    }

    /** A failure is told by all other work on the database, and the next try is soon. */
    private void quietly(Work work) {
        lock.lock();
        try {
            Sql open = sql;
            if (open == null) {
                open = new Sql(url.source(PATIENCE).getConnection(), true);
                sql = open;
                renew(open); // before another node looks for what has lapsed, and before this one does
                othersSince = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(lengthMillis / RENEWALS);
            }
            work.run(open);
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "cannot renew leases at the moment", e);
            disconnect();
        } finally {
            lock.unlock();
        }
    }

    private void disconnect() {
        try {
            if (sql != null) {
                sql.close();
            }
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "a connection did not close well", e);
        } finally {
            sql = null;
        }
    }

    /**
     * Renews what is held and not renewed yet: a run that was given up here must not stay this node's. Rows that the writer has locked
     * are left out, and tried again at once: to wait for one while others are locked could be a deadlock.
     */
    private void renew(Sql open) throws SQLException {
        time.measure(open);
        Collection<Lease> held = holder.held();
        Long[] runs = held.stream().map(Lease::run).toArray(Long[]::new);
        for (int i = 0; i < TRIES && isAnyOld(open, runs); i++) {
            if (i > 0) {
                pause();
            }
            open.update(
                    "UPDATE runs SET lease_end = " + DatabaseClock.MILLIS
                            + " + ? WHERE seq IN (SELECT seq FROM runs WHERE "
                            + OLD + open.skipLocked() + ")",
                    lengthMillis, node, lengthMillis / RENEWALS * 2, runs);
        }
        for (Lease lease : lost(open, held, runs)) {
            holder.lost(lease);
        }
    }

    private boolean isAnyOld(Sql open, Long[] runs) throws SQLException {
        return open.first(row -> true, "SELECT 1 FROM runs WHERE " + OLD + " LIMIT 1", node,
                lengthMillis / RENEWALS * 2, runs).isPresent();
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_TRIES_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Lease> lost(Sql open, Collection<Lease> held, Long[] runs) throws SQLException {
        Map<Long, Long> fences = new HashMap<>();
        open.list(
                row -> fences.put(row.getLong(1), row.getLong(2)),
                "SELECT seq, fence FROM runs WHERE seq = ANY(?)",
                (Object) runs);
        return held.stream()
                .filter(lease -> fences.getOrDefault(lease.run(), lease.fence()) > lease.fence())
                .toList();
    }

    private void look(Sql open) throws SQLException {
        Set<Long> asked = new HashSet<>();
        long free = open.list(row -> {
            if (row.getBoolean(2)) {
                return true;
            }
            asked.add(row.getLong(1));
            return false;
        }, "SELECT seq, COALESCE(lease_end < " + DatabaseClock.MILLIS
                + ", FALSE) FROM runs WHERE active AND (lease_end < "
                + DatabaseClock.MILLIS + " OR (owner = ? AND asked))", node).stream().filter(Boolean::booleanValue)
                .count();
        asked.forEach(holder::asked);
        if ((free > 0 || toldOfFree) && System.nanoTime() - othersSince >= 0) {
            toldOfFree = free > 0;
            holder.free(Math.toIntExact(free));
        }
    }

    /** Ends the renewals. */
    @Override
    public void close() {
        renewals.close();
        looks.close();
        lock.lock();
        try {
            disconnect();
        } finally {
            lock.unlock();
        }
    }
}
