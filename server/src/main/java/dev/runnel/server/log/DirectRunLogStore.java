package dev.runnel.server.log;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.Notices;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.LogStore;
import dev.runnel.server.store.rows.LogStore.Segment;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps logs in the table of logs alone: each commit adds a segment to each run that it has entries of. Thread-safe. */
final class DirectRunLogStore implements RunLogStore {
    private final Database database;
    private final Notices notices;
    private final int smallSegments;

    /**
     * The logs of a database.
     *
     * @param notices are told of each run that is written
     * @param smallSegments how many rows may be read as one segment: commits that came fast left small ones
     */
    DirectRunLogStore(Database database, Notices notices, int smallSegments) {
        this.database = database;
        this.notices = notices;
        this.smallSegments = smallSegments;
    }

    @Override
    public void begin(Sql sql, long run, List<LogEntry> entries) throws SQLException {
        LogStore.append(sql, run, Segments.pack(entries));
    }

    @Override
    public Writer writer(long run, Runnable submit) {
        return new Writer() {
            @Override
            public void write(Sql sql, List<LogEntry> entries) throws SQLException {
                if (!entries.isEmpty()) {
                    LogStore.gather(sql, run, Segments.pack(entries));
                    notices.written(sql, run);
                }
            }

            @Override
            public void committed() {}
        };
    }

    /** Does nothing: all that was committed is in the table. */
    @Override
    public void abandon(long run) {}

    @Override
    public void recover(long run) {}

    @Override
    public boolean complete(long run) {
        return true;
    }

    @Override
    public void watch(long run) {
        notices.watch(run);
    }

    @Override
    public List<LogEntry> read(long run, long position, int segments) {
        List<LogEntry> entries = new ArrayList<>();
        long left = (long) segments * Segment.MAX_BYTES;
        for (Segment segment : database.read(sql -> LogStore.read(sql, run, position, segments * smallSegments))) {
            left -= segment.events().length;
            if (left < 0 && !entries.isEmpty()) {
                break;
            }
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
