package dev.runnel.server.log;

import dev.runnel.protocol.RunEvent;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.EventStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
        return database.read(sql -> EventStore.read(sql, RunLog::entry, run, 0, Integer.MAX_VALUE));
    }

    List<LogEntry> entries(long run, long after, int limit) {
        return database.read(sql -> EventStore.read(sql, RunLog::entry, run, after, limit));
    }

    java.util.Optional<LiveLog> live(long run) {
        return java.util.Optional.ofNullable(live.get(run));
    }

    /** An event as an entry of a log. */
    public static LogEntry entry(long seq, RunEvent event) {
        return new LogEntry(seq, event.name(), dev.runnel.protocol.RunEvents.encode(event));
    }

    private static LogEntry entry(java.sql.ResultSet row) throws java.sql.SQLException {
        return new LogEntry(row.getLong(1), row.getString(2), row.getString(3).getBytes(StandardCharsets.UTF_8));
    }
}
