package dev.runnel.server.log;

import dev.runnel.protocol.RunEvent;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.OwnershipLostException;
import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Appends to one run's log. An append returns at once. The next group commit writes all waiting events of the run
 * together, and readers see them after the commit. An event that carries an object's snapshot writes the object in the
 * same transaction, so that the log and the tables never disagree. Each transaction checks the run's lease, and fails
 * if the lease was lost.
 *
 * <p>Thread-safe; the caller is responsible for the order of events. An append blocks while the commits are far behind.
 */
public final class LogAppender {
    private static final int MAX_WAITING = 2_048;

    private final Lease lease;
    private final OpenLogs logs;
    private final LiveLog live;
    private final RunLogStore.Writer writer;

    /**
     * A lock, not a monitor: the writer's thread takes the locks of all runs in turn, and a monitor that was contended
     * once stays expensive for such a thread.
     */
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private long last;
    private long lastShown;
    private List<Pending> waiting = new ArrayList<>();
    private boolean submitted;

    /** Whether the last commit gave the lease back. */
    private volatile boolean givenBack;

    private boolean abandoned;

    /** Opens the log of a run, with these entries, which are durable already. */
    LogAppender(Lease lease, List<LogEntry> written, OpenLogs logs) {
        this.lease = lease;
        this.last = written.isEmpty() ? 0 : written.getLast().position();
        this.lastShown = written.isEmpty() ? 0 : written.getLast().number();
        this.logs = logs;
        this.live = logs.open(lease.run(), written);
        this.writer = logs.store().writer(lease.run(), this::submit);
    }

    private record Pending(LogEntry entry, @Nullable RunEvent event, @Nullable Also also) {}

    /** Further statements for the transaction that writes an event. They may run more than once. */
    @FunctionalInterface
    public interface Also {
        /** Runs the statements. */
        void write(Sql sql) throws SQLException;
    }

    /**
     * Appends events in this order, all in one transaction. Throws if a write has failed.
     *
     * @return the position of the last event
     */
    public long append(RunEvent... events) throws InterruptedException {
        return appendAll(null, events);
    }

    /** Appends events, and runs further statements in the same transaction. Does nothing if there are no events. */
    public long append(Also also, RunEvent... events) throws InterruptedException {
        return appendAll(also, events);
    }

    private long appendAll(@Nullable Also also, RunEvent... events) throws InterruptedException {
        checkWritable();
        if (events.length == 0) {
            return position();
        }
        lock.lock();
        try {
            List<LogEntry> entries = LogEntry.of(last, lastShown, events);
            for (int i = 0; i < events.length; i++) {
                Also with = i == events.length - 1 ? also : null;
                waiting.add(new Pending(entries.get(i), events[i], with));
            }
            last += events.length;
            lastShown += events.length;
            submit();
        } finally {
            lock.unlock();
        }
        return waitIfFarAhead();
    }

    /**
     * Appends an event that the Assistants API does not show. Must not be called after an event at which the run rests.
     */
    public long append(HiddenEvent event) throws InterruptedException {
        return append(sql -> {}, event);
    }

    /** Appends such an event, and runs further statements in the same transaction. */
    public long append(Also also, HiddenEvent event) throws InterruptedException {
        checkWritable();
        lock.lock();
        try {
            waiting.add(new Pending(LogEntry.of(++last, lastShown, event), null, also));
            submit();
        } finally {
            lock.unlock();
        }
        return waitIfFarAhead();
    }

    private long waitIfFarAhead() throws InterruptedException {
        long position;
        int ahead;
        lock.lock();
        try {
            position = last;
            ahead = waiting.size();
        } finally {
            lock.unlock();
        }
        if (ahead > MAX_WAITING) {
            live.awaitDurable(position);
        }
        return position;
    }

    private void submit() {
        lock.lock();
        try {
            if (!submitted) {
                submitted = true;
                Batch batch = new Batch();
                logs.database().submit(batch, batch::committed, live::fail);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Throws if a write failed: any event after it would leave a gap. */
    public void checkWritable() {
        live.checkWritable();
    }

    /** The position of the last entry appended, durable or not. */
    public long position() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** The number on the wire of the last shown entry appended, durable or not. */
    public long number() {
        lock.lock();
        try {
            return lastShown;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all appended events are durable. */
    public void flush() throws InterruptedException {
        live.awaitDurable(position());
    }

    /**
     * Closes the log after the run's last event: waits until all events are durable, drops the log from memory and
     * gives the lease back.
     */
    public void end() throws InterruptedException {
        flush();
        logs.drop(lease, live);
    }

    /**
     * Closes the log of a run that waits for a request: waits until all events are durable, drops the log from memory,
     * gives the lease back, and has its readers look where the log is now. No node goes on with the run before the request.
     */
    public void rest() throws InterruptedException {
        flush();
        if (!givenBack) { // it was taken up as it waited
            logs.database().write(sql -> {
                logs.leases().check(sql, lease);
                logs.leases().rest(sql, lease);
                return true;
            });
        }
        leave();
    }

    /** As {@link #rest}, for a run that any node should go on with at once. */
    public void leave() throws InterruptedException {
        flush();
        logs.drop(lease, live);
        live.abandon();
    }

    /** The lease under which this appends. */
    public Lease lease() {
        return lease;
    }

    /**
     * Gives the log up after a failed write. The next appender begins with the events that are in the database, and a second call, which
     * may come late, leaves it alone.
     *
     * @return whether this was the first call; any other returns after the log was given up
     */
    public boolean abandon() {
        lock.lock();
        try {
            if (abandoned) {
                return false;
            }
            abandoned = true;
            logs.store().abandon(lease.run());
            logs.drop(lease, live);
            live.abandon();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until an event is durable. */
    public void awaitDurable(long position) throws InterruptedException {
        live.awaitDurable(position);
    }

    private List<Pending> takeWaiting() {
        lock.lock();
        try {
            if (abandoned) {
                throw new OwnershipLostException(lease);
            }
            List<Pending> taken = waiting;
            waiting = new ArrayList<>();
            submitted = false;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** This run's part of a group commit: all events that wait when it runs. */
    private final class Batch implements Sql.Work<Boolean> {
        private @Nullable List<Pending> taken;
        private List<LogEntry> entries = List.of();

        @Override
        public Boolean run(Sql sql) throws SQLException {
            live.checkWritable();
            logs.leases().check(sql, lease);
            if (taken == null) { // otherwise another job's failure rolled the group back, and this is the second try
                taken = takeWaiting();
                entries = entries(taken);
            }
            writer.write(sql, entries);
            if (!entries.isEmpty() && entries.getLast().atRest()) {
                logs.leases().rest(sql, lease);
            }
            Snapshots snapshots = snapshots(taken);
            for (Pending pending : taken) {
                RunEvent event = pending.event();
                if (event != null) {
                    snapshots.write(sql, event);
                }
                Also also = pending.also();
                if (also != null) {
                    also.write(sql);
                }
            }
            return true;
        }

        private void committed(Boolean done) {
            writer.committed();
            if (!entries.isEmpty()) {
                givenBack = entries.getLast().atRest();
                live.publish(entries);
            }
        }

        private static Snapshots snapshots(List<Pending> pending) {
            Snapshots snapshots = new Snapshots();
            for (Pending each : pending) {
                RunEvent event = each.event();
                if (event != null) {
                    snapshots.add(event, each.entry());
                }
            }
            return snapshots;
        }

        private static List<LogEntry> entries(List<Pending> pending) {
            List<LogEntry> entries = new ArrayList<>(pending.size());
            for (Pending each : pending) {
                entries.add(each.entry());
            }
            return entries;
        }
    }
}
