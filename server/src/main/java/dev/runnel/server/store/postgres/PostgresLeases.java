package dev.runnel.server.store.postgres;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.Leases;
import dev.runnel.server.store.Sql;
import dev.runnel.server.time.Timers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Leases in the rows of runs, by the database's clock. A lease that is not renewed lapses, and any node may take it. A
 * taker has a higher fence, so that nothing more can be written under the lease before. Thread-safe.
 */
public final class PostgresLeases implements Leases {
    private final String node;
    private final Database database;
    private final PostgresUrl url;
    private final Duration length;
    private final DatabaseTime time;
    private final Timers timers;
    private volatile @Nullable LeaseKeeper keeper;

    /**
     * The leases of a node.
     *
     * @param node the node's name, which no other node has
     * @param time is measured whenever leases are renewed
     */
    public PostgresLeases(Database database, PostgresUrl url, String node, DatabaseTime time, Timers timers) {
        this.time = time;
        this.database = database;
        this.url = url;
        this.node = node;
        this.length = url.lease();
        this.timers = timers;
    }

    @Override
    public Optional<Lease> take(Sql sql, long run) throws SQLException {
        return sql.first(
                row -> new Lease(run, node, row.getLong(1)),
                "UPDATE runs SET owner = ?, fence = fence + 1, lease_end = " + DatabaseClock.MILLIS
                        + " + ? WHERE seq IN"
                        + " (SELECT seq FROM runs WHERE seq = ? AND (owner IS NULL OR owner = ? OR lease_end < "
                        + DatabaseClock.MILLIS
                        + ")" + sql.skipLocked() + ") RETURNING fence",
                node,
                length.toMillis(),
                run,
                node);
    }

    /** Looks at the leases of all runs of a transaction together, at its end. */
    @Override
    public void check(Sql sql, Lease lease) {
        LeaseChecks.of(sql, length).check(lease);
    }

    @Override
    public boolean holds(Sql sql, Lease lease) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM runs WHERE seq = ? AND fence = ?", lease.run(), lease.fence())
                .isPresent();
    }

    @Override
    public void rest(Sql sql, Lease lease) {
        LeaseChecks.of(sql, length).rest(lease);
    }

    /** Ends the lease in its time, so that any node may take it. If that fails, it lapses later. */
    @Override
    public void release(Lease lease) {
        database.submit(
                sql -> sql.update(
                        "UPDATE runs SET lease_end = 0 WHERE seq = ? AND owner = ? AND fence = ?", lease.run(), node,
                        lease.fence()),
                released -> {},
                failure -> {});
    }

    @Override
    public List<Long> free(Sql sql) throws SQLException {
        return sql.list(
                row -> row.getLong(1),
                "SELECT seq FROM runs WHERE active AND lease_end < " + DatabaseClock.MILLIS + " ORDER BY seq");
    }

    @Override
    public List<Holding> holdings(Sql sql) throws SQLException {
        return sql.list(
                row -> new Holding(row.getString(1), row.getLong(2), row.getLong(3)),
                "SELECT owner, seq, " + DatabaseClock.MILLIS
                        + " + ? - lease_end FROM runs WHERE active AND owner IS NOT NULL AND lease_end > 0"
                        + " ORDER BY owner, seq",
                length.toMillis());
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public void watch(Holder holder) {
        keeper = new LeaseKeeper(url, node, time, length, holder, timers);
    }

    @Override
    public void close() {
        LeaseKeeper last = keeper;
        if (last != null) {
            last.close();
        }
        database.submit(
                sql -> sql.update(
                        "UPDATE runs SET lease_end = 0 WHERE active AND owner = ? AND lease_end IS NOT NULL", node),
                released -> {},
                failure -> {});
    }
}
