package dev.runnel.server.log;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.Leases;
import dev.runnel.server.time.Timers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The logs of the runs that are under way on this node, and what appenders and readers share. Thread-safe. */
final class OpenLogs implements AutoCloseable {
    /** By how much a reader's wait may exceed its timeout. */
    private static final Duration TICK = Duration.ofMillis(100);

    private final Database database;
    private final RunLogStore store;
    private final Leases leases;
    private final Timers timers;
    private final Timers.Timer tick;
    private final Arrivals arrivals = new Arrivals();

    /** By the run's number. */
    private final ConcurrentMap<Long, LiveLog> live = new ConcurrentHashMap<>();

    private volatile boolean closed;

    OpenLogs(Database database, RunLogStore store, Leases leases, Timers timers) {
        this.database = database;
        this.store = store;
        this.leases = leases;
        this.timers = timers;
        this.tick = timers.every(TICK, () -> live.values().forEach(LiveLog::wakeIfDue));
    }

    Database database() {
        return database;
    }

    RunLogStore store() {
        return store;
    }

    Leases leases() {
        return leases;
    }

    /** Wakes the readers of logs that are not open here. */
    Arrivals arrivals() {
        return arrivals;
    }

    long nanoTime() {
        return timers.nanoTime();
    }

    /** Opens a run's log, with these entries, which are durable already. */
    LiveLog open(long run, List<LogEntry> written) {
        LiveLog log = new LiveLog(timers::nanoTime);
        if (!written.isEmpty()) {
            log.publish(written);
        }
        live.put(run, log);
        if (closed) {
            log.close();
        }
        arrivals.arrived(run);
        return log;
    }

    Optional<LiveLog> find(long run) {
        return Optional.ofNullable(live.get(run));
    }

    boolean isOpen(long run) {
        return live.containsKey(run);
    }

    boolean isClosed() {
        return closed;
    }

    /** Drops a log from memory, and gives its lease back. */
    void drop(Lease lease, LiveLog log) {
        live.remove(lease.run(), log);
        leases.release(lease);
    }

    /** Ends the waits of all readers, once they have read the durable entries. */
    @Override
    public void close() {
        closed = true;
        tick.close();
        live.values().forEach(LiveLog::close);
        arrivals.all();
    }
}
