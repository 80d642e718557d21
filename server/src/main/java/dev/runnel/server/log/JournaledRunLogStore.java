package dev.runnel.server.log;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.LogStore;
import dev.runnel.server.store.rows.LogStore.Segment;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.store.sqlite.JournalStore;
import java.sql.SQLException;
import java.util.ArrayList;
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
    private final Journal journal;

    /**
     * Runs whose writer was given up and not yet replaced: the journal may have entries of theirs that their log lacks.
     */
    private final Set<Long> abandoned = ConcurrentHashMap.newKeySet();

    /** Opens the logs of a database. First moves the events that a crash left in the journal to their runs' logs. */
    JournaledRunLogStore(Database database) {
        this.database = database;
        this.journal = new Journal(database);
        database.write(sql -> {
            JournalStore.recover(sql);
            return true;
        });
    }

    @Override
    public void begin(Sql sql, long run, List<LogEntry> entries) throws SQLException {
        LogStore.append(sql, run, Segments.pack(entries));
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

    @Override
    public List<LogEntry> read(long run, long position, int segments) {
        List<LogEntry> entries = new ArrayList<>();
        for (Segment segment : database.read(sql -> LogStore.read(sql, run, position, segments))) {
            for (LogEntry entry : Segments.unpack(segment)) {
                if (entry.position() > position) {
                    entries.add(entry);
                }
            }
        }
        return entries;
    }

    @Override
    public Optional<LogEntry> last(long run) {
        return database.read(sql -> LogStore.last(sql, run)).map(segment -> Segments.unpack(segment).getLast());
    }

    @Override
    public long positionOf(long run, long number) {
        if (number == 0) {
            return 0;
        }
        Optional<Segment> holding = database.read(sql -> LogStore.shown(sql, run, number));
        if (holding.isEmpty()) {
            return last(run).map(LogEntry::position).orElse(0L);
        }
        LogEntry first = Segments.unpack(holding.get()).stream()
                .filter(entry -> entry.number() >= number)
                .findFirst()
                .orElseThrow();
        return first.number() == number ? first.position() : first.position() - (first.number() - number);
    }

    @Override
    public boolean removeFirst(long run, int segments) {
        return database.write(sql -> LogStore.deleteFirst(sql, run, segments));
    }
}
