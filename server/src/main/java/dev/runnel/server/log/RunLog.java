package dev.runnel.server.log;

import dev.runnel.protocol.RunEvent;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.Leases;
import dev.runnel.server.store.Notices;
import dev.runnel.server.store.Sql;
import dev.runnel.server.time.Timers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The logs of all runs. A run's log has one {@link LogAppender} while the run is under way, and any number of
 * {@link LogReader}s at any time. A run is identified by the number that the database gave it. Thread-safe.
 */
public final class RunLog {
    private static final int SEGMENTS_AT_ONCE = 16;

    /** How many segments may be read as one, where each commit writes one: at a usual pace they fill one together. */
    private static final int SMALL_SEGMENTS = 32;

    private final Database database;
    private final RunLogStore store;
    private final Leases leases;
    private final Notices notices;
    private final OpenLogs open;

    private volatile Leases.@Nullable Holder holder;
    private volatile Runnable called = () -> {};

    private RunLog(Database database, Leases leases, Notices notices, RunLogStore store, Timers timers) {
        this.database = database;
        this.leases = leases;
        this.notices = notices;
        this.store = store;
        this.open = new OpenLogs(database, store, leases, timers);
    }

    /**
     * The logs in a database that several nodes share. Each commit writes to the logs themselves, and tells the other
     * nodes.
     *
     * @param leases are closed with the logs
     * @param notices are closed with the logs
     */
    public static RunLog shared(Database database, Leases leases, Notices notices, Timers timers) {
        RunLog log = new RunLog(
                database, leases, notices, new DirectRunLogStore(database, notices, SMALL_SEGMENTS), timers);
        notices.listen(new Notices.Listener() {
            @Override
            public void changed(long run) {
                log.changedElsewhere(run);
            }

            @Override
            public void called() {
                log.called.run();
            }

            @Override
            public void all() {
                log.open.arrivals().all();
                log.called.run();
            }
        });
        return log;
    }

    /** The logs in a database that one process has for itself. New entries of all runs are committed to one journal. */
    public static RunLog journaled(Database database, Leases leases, Timers timers) {
        return new RunLog(database, leases, Notices.NONE, new JournaledRunLogStore(database), timers);
    }

    /** The events that a run begins with, as entries of its log. */
    public static List<LogEntry> first(List<RunEvent> events) {
        return LogEntry.of(0, 0, events.toArray(RunEvent[]::new));
    }

    /** Writes a run's first entries, in the transaction that creates the run, and takes the run's lease. */
    public Lease begin(Sql sql, long run, List<LogEntry> first) throws SQLException {
        store.begin(sql, run, first);
        return leases.take(sql, run).orElseThrow();
    }

    /**
     * Begins to renew the leases of the runs under way here, and to tell their holder about other nodes. To be called
     * once.
     */
    public void watch(Leases.Holder ours) {
        holder = ours;
        leases.watch(ours);
    }

    /** The numbers of the active runs that this node may and should go on with, oldest first. */
    public List<Long> free() {
        return database.read(leases::free);
    }

    /** The leases that all nodes hold. */
    public List<Leases.Holding> holdings(Sql sql) throws SQLException {
        return leases.holdings(sql);
    }

    /** Whether other nodes may take runs. If so, the log of a run that waits for a request must not stay open. */
    public boolean shared() {
        return leases.shared();
    }

    /** Tells the other nodes, when the transaction is committed, that a run has changed. */
    public void changed(Sql sql, long run) throws SQLException {
        notices.changed(sql, run);
    }

    /** Tells a node, when the transaction is committed, that it is asked for something, or was answered. */
    public void call(Sql sql, String node) throws SQLException {
        notices.call(sql, node);
    }

    /** Says what to do when another node has {@linkplain #call called} this one; it must be quick. A call may be missed. */
    public void whenCalled(Runnable listener) {
        called = listener;
    }

    /** Has the other nodes tell this one of what they write to a run's log from now on. */
    public void watch(long run) {
        notices.watch(run);
    }

    /** Waits until another node has changed a run, at most for this long. A change may be missed. */
    public void awaitChange(long run, Duration timeout) throws InterruptedException {
        open.arrivals().await(run, timeout);
    }

    private void changedElsewhere(long run) {
        open.arrivals().arrived(run);
        Leases.Holder ours = holder;
        if (ours != null && open.isOpen(run)) {
            ours.asked(run);
        }
    }

    /** Takes the lease of an existing run; empty if another node holds it. */
    public Optional<Lease> take(long run) {
        return database.write(sql -> leases.take(sql, run));
    }

    /** Whether no other node has taken a lease since. */
    public boolean holds(Lease lease) {
        return database.read(sql -> leases.holds(sql, lease));
    }

    /** Gives a lease back under which nothing was done. */
    public void giveBack(Lease lease) {
        leases.release(lease);
    }

    /**
     * Opens a log for appending. A log may have only one appender at a time.
     *
     * @param lease the run's lease; given back when the log is closed
     * @param written entries that are durable already: those the run was created with, or the last of those it had
     *     before a restart
     */
    public LogAppender append(Lease lease, List<LogEntry> written) {
        return new LogAppender(lease, written, open);
    }

    /**
     * Reads a log.
     *
     * @param run the run's number
     * @param after the number on the wire of the event to start after; 0 for the beginning
     */
    public LogReader read(long run, long after) {
        return new LogReader(open, run, after, false, false);
    }

    /** Reads a log as {@link #read} does, but does not end where the run requires action. */
    public LogReader follow(long run, long after) {
        return new LogReader(open, run, after, true, false);
    }

    /**
     * Reads a log from its beginning with its hidden entries, for another encoding of it. Does not end where the run
     * requires action.
     */
    public LogReader readWhole(long run) {
        return new LogReader(open, run, 0, true, true);
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
        open.close();
        notices.close();
        leases.close();
    }
}
