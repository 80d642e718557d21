package dev.runnel.server.log;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.Notices;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.store.sqlite.JournalStore;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps logs in one file that one process writes. Events are first committed to the journal, which all runs share, and
 * later copied to the run's own log in large segments. Events that only the journal has are also in memory, so the
 * journal is read only after a failure.
 */
final class JournaledRunLogStore implements RunLogStore {
    private final Database database;
    private final DirectRunLogStore logs;
    private final Journal journal;

    /**
     * Runs whose writer was given up and not yet replaced: the journal may have entries of theirs that their log lacks.
     */
    private final Set<Long> abandoned = ConcurrentHashMap.newKeySet();

    /** Opens the logs of a database. First moves the events that a crash left in the journal to their runs' logs. */
    JournaledRunLogStore(Database database) {
        this.database = database;
        this.logs = new DirectRunLogStore(database, Notices.NONE, 1);
        this.journal = new Journal(database);
        database.write(sql -> {
            JournalStore.recover(sql);
            return true;
        });
    }

    @Override
    public void begin(Sql sql, long run, List<LogEntry> entries) throws SQLException {
        logs.begin(sql, run, entries);
    }

    @Override
    public Writer writer(long run, Runnable submit) {
        abandoned.remove(run);
        return new SegmentWriter(run, journal, submit);
    }

    @Override
    public void abandon(long run) {
        abandoned.add(run);
    }

    /**
     * Recovers all abandoned runs together: an outage hits many runs at once, and each recovery reads the whole
     * journal. A run's log is opened again only after its recovery.
     */
    @Override
    public synchronized void recover(long run) {
        if (!abandoned.contains(run)) {
            return;
        }
        Set<Long> runs = Set.copyOf(abandoned);
        database.write(sql -> {
            JournalStore.recover(sql, runs);
            return true;
        });
        runs.forEach(journal::release);
        abandoned.removeAll(runs);
    }

    /** A run that is not active has all its entries in its log, even if its writer was given up. */
    @Override
    public boolean complete(long run) {
        if (abandoned.contains(run) && !database.read(sql -> Store.isActive(sql, run))) {
            abandoned.remove(run);
        }
        return !abandoned.contains(run);
    }

    /** Does nothing: no other node writes. */
    @Override
    public void watch(long run) {}

    @Override
    public List<LogEntry> read(long run, long position, int segments) {
        return logs.read(run, position, segments);
    }

    @Override
    public Optional<LogEntry> last(long run) {
        return logs.last(run);
    }

    @Override
    public long positionOf(long run, long number) {
        return logs.positionOf(run, number);
    }

    @Override
    public boolean removeFirst(long run, int segments) {
        return logs.removeFirst(run, segments);
    }
}
