package dev.runnel.server.log;

import dev.runnel.protocol.RunEvent;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.Leases;
import dev.runnel.server.store.Sql;
import dev.runnel.server.time.Timers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The logs of all runs. A run's log has one {@link LogAppender} while the run is under way, and any number of
 * {@link LogReader}s at any time. A run is identified by the number that the database gave it. Thread-safe.
 */
public final class RunLog {
    private static final int SEGMENTS_AT_ONCE = 16;

    /** By how much a reader's wait may exceed its timeout. */
    private static final Duration TICK = Duration.ofMillis(100);

    private final Database database;
    private final RunLogStore store;
    private final Leases leases;
    private final Timers timers;
    private final Timers.Timer tick;

    /** The logs of runs that are under way here, by the run's number. */
    private final ConcurrentMap<Long, LiveLog> live = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();

    /** Signalled whenever a log is opened. */
    private final Condition opened = lock.newCondition();

    private volatile boolean closed;

    private RunLog(Database database, Leases leases, RunLogStore store, Timers timers) {
        this.database = database;
        this.leases = leases;
        this.store = store;
        this.timers = timers;
        this.tick = timers.every(TICK, () -> live.values().forEach(LiveLog::wakeIfDue));
    }

    /** The logs in a database that one process has for itself. New entries of all runs are committed to one journal. */
    public static RunLog journaled(Database database, Leases leases, Timers timers) {
        return new RunLog(database, leases, new JournaledRunLogStore(database), timers);
    }

    /** The events that a run begins with, as entries of its log. */
    public static List<LogEntry> first(List<RunEvent> events) {
        List<LogEntry> entries = new ArrayList<>(events.size());
        for (RunEvent event : events) {
            entries.add(LogEntry.of(entries.size() + 1L, entries.size() + 1L, event));
        }
        return entries;
    }

    /** Writes a run's first entries, in the transaction that creates the run, and takes the run's lease. */
    public Lease begin(Sql sql, long run, List<LogEntry> first) throws SQLException {
        store.begin(sql, run, first);
        return leases.take(sql, run).orElseThrow();
    }

    /** Takes the lease of an existing run; empty if another node holds it. */
    public Optional<Lease> take(long run) {
        return database.write(sql -> leases.take(sql, run));
    }

    /**
     * Opens a log for appending. A log may have only one appender at a time.
     *
     * @param lease the run's lease; given back when the log is closed
     * @param written entries that are durable already: those the run was created with, or the last of those it had
     *     before a restart
     */
    public LogAppender append(Lease lease, List<LogEntry> written) {
        long run = lease.run();
        LiveLog log = new LiveLog(timers::nanoTime);
        if (!written.isEmpty()) {
            log.publish(written);
        }
        live.put(run, log);
        if (closed) {
            log.close();
        }
        wakeAtOpening();
        return new LogAppender(lease, written, this, log);
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

    void close(Lease lease, LiveLog log) {
        live.remove(lease.run(), log);
        leases.release(lease);
    }

    void abandon(Lease lease, LiveLog log) {
        store.abandon(lease.run());
        live.remove(lease.run(), log);
        leases.release(lease);
        log.abandon();
    }

    /**
     * Reads a log.
     *
     * @param run the run's number
     * @param after the number on the wire of the event to start after; 0 for the beginning
     */
    public LogReader read(long run, long after) {
        return new LogReader(this, run, after, false);
    }

    /** Reads a log as {@link #read} does, but does not end where the run requires action. */
    public LogReader follow(long run, long after) {
        return new LogReader(this, run, after, true);
    }

    /**
     * Passes all durable entries of a run to a consumer, oldest first. The run's log must not be open. Only a portion
     * of the entries is in memory at a time.
     *
     * @return the last entry; empty if there is none
     */
    public Optional<LogEntry> replay(long run, Consumer<LogEntry> reader) {
        store.recover(run);
        Optional<LogEntry> last = Optional.empty();
        List<LogEntry> portion = store.read(run, 0, SEGMENTS_AT_ONCE);
        while (!portion.isEmpty()) {
            portion.forEach(reader);
            last = Optional.of(portion.getLast());
            portion = store.read(run, portion.getLast().position(), SEGMENTS_AT_ONCE);
        }
        return last;
    }

    /**
     * Deletes the events of a run that has ended, oldest first, in several transactions so that no other write waits
     * for long. Repeating it does no harm. A reader of these events comes to an end.
     *
     * @param run the run's number
     */
    public void remove(long run) {
        boolean more = true;
        while (more) {
            more = store.removeFirst(run, SEGMENTS_AT_ONCE);
        }
    }

    /** Ends the waits of all readers, once they have read the durable entries. */
    public void close() {
        closed = true;
        tick.close();
        live.values().forEach(LiveLog::close);
        wakeAtOpening();
    }

    long nanoTime() {
        return timers.nanoTime();
    }

    boolean isClosed() {
        return closed;
    }

    /** The tail of a run's log: in memory if the log is open here, otherwise in the store. */
    Tail tail(long run) {
        LiveLog open = live.get(run);
        return open != null ? open : new ClosedLogTail(this, store, run);
    }

    /** The position of a reader that has seen the shown entries up to a number. */
    long positionOf(long run, long number) {
        LiveLog open = live.get(run);
        return number == 0
                ? 0
                : open == null
                        ? store.positionOf(run, number)
                        : open.positionOf(number).orElseGet(() -> store.positionOf(run, number));
    }

    List<LogEntry> stored(long run, long position, int segments) {
        return store.read(run, position, segments);
    }

    /** Waits, at most for this long, until a run's log is open or {@link #close()} was called. */
    void awaitOpening(long run, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (left > 0 && !closed && !live.containsKey(run)) {
                left = opened.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void wakeAtOpening() {
        lock.lock();
        try {
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
