package dev.runnel.server.log;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.LogStore;
import dev.runnel.server.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * The logs of all runs. A run's log has one {@link LogAppender} while the run is under way, and any number of {@link LogReader}s
 * at any time. Thread-safe.
 *
 * <p>What is appended is committed to the journal, which all runs share, and copied to the run's own log in the database in large
 * segments. What the journal alone has is in memory too, so that it is read after a failure only.
 */
public final class RunLog {
    private static final int SEGMENTS_AT_ONCE = 16;

    /** By how much a reader's wait may be longer than its timeout. */
    private static final Duration TICK = Duration.ofMillis(100);

    private final Database database;
    private final Journal journal;

    /** The logs of runs that are under way, by the run's number. */
    private final ConcurrentMap<Long, LiveLog> live = new ConcurrentHashMap<>();

    /** Those that were given up and are not open again: the journal may have more of them than the log. */
    private final Set<Long> abandoned = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /** The logs kept in a database. What a crash left in the journal is brought where it belongs first. */
    public RunLog(Database database) {
        this.database = database;
        this.journal = new Journal(database);
        database.write(sql -> {
            LogStore.recover(sql);
            return true;
        });
        Thread.ofVirtual().name("runnel-log-clock").start(this::wakeReaders);
    }

    private void wakeReaders() {
        try {
            while (!closed) {
                Thread.sleep(TICK);
                live.values().forEach(LiveLog::wakeIfDue);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that
        }
    }

    /**
     * Opens a log for appending. A log may be opened once at a time.
     *
     * @param run the run's number
     * @param written the events that are durable already: those the run was created with, or the last of those it had before a
     *     restart
     */
    public LogAppender append(long run, List<LogEntry> written) {
        long last = written.isEmpty() ? 0 : written.getLast().seq();
        LiveLog log = new LiveLog(last, !written.isEmpty() && written.getLast().atRest());
        if (!written.isEmpty()) {
            log.publish(written);
        }
        live.put(run, log);
        abandoned.remove(run);
        if (closed) {
            log.close();
        }
        return new LogAppender(run, last, this, log);
    }

    Database database() {
        return database;
    }

    Journal journal() {
        return journal;
    }

    void close(long run, LiveLog log) {
        live.remove(run, log);
    }

    void abandon(long run, LiveLog log) {
        abandoned.add(run);
        live.remove(run, log);
        log.abandon();
    }

    /**
     * Reads a log.
     *
     * @param run the run's number
     * @param after the position to start after; 0 for the beginning
     */
    public LogReader read(long run, long after) {
        return new LogReader(this, run, after, false);
    }

    /** Reads a log, also past where the run requires action. */
    public LogReader follow(long run, long after) {
        return new LogReader(this, run, after, true);
    }

    /**
     * Hands on all durable events of a run whose log is not open, the oldest first and a portion in memory at once.
     *
     * @return the last of them
     */
    public Optional<LogEntry> replay(long run, Consumer<LogEntry> reader) {
        recoverAbandoned(run);
        Optional<LogEntry> last = Optional.empty();
        List<LogEntry> portion = entries(run, 0, SEGMENTS_AT_ONCE);
        while (!portion.isEmpty()) {
            portion.forEach(reader);
            last = Optional.of(portion.getLast());
            portion = entries(run, portion.getLast().seq(), SEGMENTS_AT_ONCE);
        }
        return last;
    }

    /**
     * With all others that were given up: an outage hits many runs together, and the journal is read to its end for however few. A run
     * is opened again only after this was done for it.
     */
    private synchronized void recoverAbandoned(long run) {
        if (!abandoned.contains(run)) {
            return;
        }
        Set<Long> runs = Set.copyOf(abandoned);
        database.write(sql -> {
            LogStore.recover(sql, runs);
            return true;
        });
        runs.forEach(journal::release);
        abandoned.removeAll(runs);
    }

    /**
     * Deletes the events of a run that has ended, the first of them first and in several transactions, so that nobody waits for
     * long. Does no harm if done again. Whoever reads them meanwhile comes to an end where they are gone.
     *
     * @param run the run's number
     */
    public void remove(long run) {
        boolean more = true;
        while (more) {
            more = database.write(sql -> LogStore.deleteFirst(sql, run, SEGMENTS_AT_ONCE));
        }
    }

    /** What a run does, by its last durable event. */
    enum Rest {
        NONE,
        REQUIRES_ACTION,
        ENDED
    }

    /**
     * What a run does whose log is not open, to a reader who has come to this position: it rests if there is nothing after it. One
     * whose log was deleted has ended.
     */
    Rest rest(long run, long position) {
        if (hasMoreInJournal(run)) {
            return Rest.NONE;
        }
        LogStore.Segment last = database.read(sql -> LogStore.last(sql, run)).orElse(null);
        if (last == null) {
            return Rest.ENDED;
        }
        LogEntry entry = Segments.unpack(last).getLast();
        if (last.last() > position || !entry.atRest()) {
            return Rest.NONE;
        }
        return entry.terminal() ? Rest.ENDED : Rest.REQUIRES_ACTION;
    }

    /** Lets go of all readers that wait, once they have read what is there. */
    public void close() {
        closed = true;
        live.values().forEach(LiveLog::close);
    }

    boolean isClosed() {
        return closed;
    }

    /** A run that is not active has all in its log, even if it was given up. */
    private boolean hasMoreInJournal(long run) {
        if (abandoned.contains(run) && !database.read(sql -> Store.isActive(sql, run))) {
            abandoned.remove(run);
        }
        return abandoned.contains(run);
    }

    List<LogEntry> entries(long run, long after, int segments) {
        List<LogEntry> entries = new ArrayList<>();
        for (LogStore.Segment segment : database.read(sql -> LogStore.read(sql, run, after, segments))) {
            for (LogEntry entry : Segments.unpack(segment)) {
                if (entry.seq() > after) {
                    entries.add(entry);
                }
            }
        }
        return entries;
    }

    Optional<LiveLog> live(long run) {
        return Optional.ofNullable(live.get(run));
    }
}
