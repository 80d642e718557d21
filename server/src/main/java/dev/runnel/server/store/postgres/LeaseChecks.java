package dev.runnel.server.store.postgres;

import dev.runnel.server.store.Lease;
import dev.runnel.server.store.OwnershipLostException;
import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The leases that a transaction relies on. One statement locks the rows of all their runs until the transaction has ended:
 * no other node can take them in between. For the writer's thread.
 */
final class LeaseChecks implements Sql.Gathered {
    private final long lengthMillis;
    private final Map<Long, Lease> leases = new LinkedHashMap<>();
    private final Set<Long> resting = new HashSet<>();

    /** Of the runs that were checked last, those that other nodes watch. */
    private final Set<Long> watched = new HashSet<>();

    private LeaseChecks(long lengthMillis) {
        this.lengthMillis = lengthMillis;
    }

    /** The leases of one connection's transactions. */
    static LeaseChecks of(Sql sql, Duration length) {
        return sql.gathered(LeaseChecks.class, () -> new LeaseChecks(length.toMillis()));
    }

    private record Held(long fence, boolean owned) {}

    void check(Lease lease) {
        leases.put(lease.run(), lease);
        resting.remove(lease.run());
    }

    void rest(Lease lease) {
        resting.add(lease.run());
    }

    @Override
    public void write(Sql sql) throws SQLException {
        if (leases.isEmpty()) {
            return;
        }
        watched.clear();
        Map<Long, Held> rows = locked(sql);
        List<Long> taken = new ArrayList<>();
        List<Long> given = new ArrayList<>();
        for (Lease lease : leases.values()) {
            Held held = rows.get(lease.run());
            if (held == null || held.fence() != lease.fence()) {
                throw new OwnershipLostException(lease);
            }
            if (resting.contains(lease.run())) {
                given.add(lease.run());
            } else if (!held.owned()) {
                taken.add(lease.run());
            }
        }
        String owner = leases.values().iterator().next().owner();
        clear();
        if (!given.isEmpty()) {
            sql.update("UPDATE runs SET owner = NULL, lease_end = NULL WHERE seq = ANY(?)", numbers(given));
        }
        if (!taken.isEmpty()) {
            sql.update("UPDATE runs SET owner = ?, lease_end = " + DatabaseClock.MILLIS + " + ? WHERE seq = ANY(?)",
                    owner,
                    lengthMillis, numbers(taken));
        }
    }

    /** Whether a run that this transaction has checked is watched by another node. To be asked after {@link #write}. */
    boolean isWatched(long run) {
        return watched.contains(run);
    }

    private Map<Long, Held> locked(Sql sql) throws SQLException {
        Map<Long, Held> rows = new HashMap<>();
        sql.list(
                row -> {
                    if (row.getBoolean(4)) {
                        watched.add(row.getLong(1));
                    }
                    return rows.put(row.getLong(1), new Held(row.getLong(2), row.getBoolean(3)));
                },
                "SELECT seq, fence, owner IS NOT NULL, watched FROM runs WHERE seq = ANY(?) ORDER BY seq FOR NO KEY UPDATE",
                numbers(leases.keySet()));
        return rows;
    }

    private static Object numbers(Collection<Long> runs) {
        return runs.toArray(Long[]::new);
    }

    @Override
    public void clear() {
        leases.clear();
        resting.clear();
    }
}
