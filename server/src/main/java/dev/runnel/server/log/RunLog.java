package dev.runnel.server.log;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.LogStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The logs of all runs. A run's log has one {@link LogAppender} while the run is under way, and any number of {@link LogReader}s
 * at any time. Thread-safe.
 */
public final class RunLog {
    private final Database database;

    /** The logs of runs that are under way, by the run's number. */
    private final ConcurrentMap<Long, LiveLog> live = new ConcurrentHashMap<>();

    /** The logs kept in a database. */
    public RunLog(Database database) {
        this.database = database;
    }

    /**
     * Opens a log for appending. A log may be opened once at a time.
     *
     * @param run the run's number
     * @param written the events that are durable already: those the run was created with, or all those it had before a restart
     */
    public LogAppender append(long run, List<LogEntry> written) {
        long last = written.isEmpty() ? 0 : written.getLast().seq();
        LiveLog log = new LiveLog(last, !written.isEmpty() && written.getLast().atRest());
        if (!written.isEmpty()) {
            log.publish(written);
        }
        live.put(run, log);
        return new LogAppender(run, last, database, log, () -> live.remove(run, log));
    }

    /**
     * Reads a log.
     *
     * @param run the run's number
     * @param after the position to start after; 0 for the beginning
     */
    public LogReader read(long run, long after) {
        return new LogReader(this, run, after);
    }

    /** All durable events of a run. */
    public List<LogEntry> entries(long run) {
        return entries(run, 0, Integer.MAX_VALUE);
    }

    /** Whether the last durable event of a run is one that a stream ends at; a log that was deleted has ended too. */
    boolean atRest(long run) {
        return database.read(sql -> LogStore.last(sql, run))
                .map(segment -> Segments.unpack(segment).getLast().atRest())
                .orElse(true);
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
