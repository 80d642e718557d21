package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.io.ByteArrayOutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The run log's statements: segments of entries, by run. Static and without state. */
public final class LogStore {
    private static final String INSERT = "INSERT INTO log (position, shown, events) VALUES (?, ?, ?)";

    private static final int SEQ_BITS = 32;
    private static final long MAX_SEQ = (1L << SEQ_BITS) - 1;

    private LogStore() {}

    /**
     * Consecutive entries of one run's log.
     *
     * @param last the position of the last of them
     * @param shown how many entries of the log up to its end are shown by the Assistants API
     * @param events the entries in their stored form
     */
    @SuppressWarnings("ArrayRecordComponent") // read once and thrown away, never compared
    public record Segment(long last, long shown, byte[] events) {
        /**
         * The most bytes that a segment holds, unless it is a single event. A reader takes one segment at a time: as an
         * event stream it fits into the 32 KiB that stay in memory until they are written.
         */
        public static final int MAX_BYTES = 24 * 1024;

        /** Joins consecutive segments into larger ones of at most {@link #MAX_BYTES}. */
        public static List<Segment> join(List<Segment> segments) {
            if (segments.size() < 2) {
                return segments;
            }
            List<Segment> joined = new ArrayList<>();
            ByteArrayOutputStream events = new ByteArrayOutputStream(MAX_BYTES);
            Segment latest = segments.getFirst();
            for (Segment segment : segments) {
                if (events.size() > 0 && events.size() + segment.events().length > MAX_BYTES) {
                    joined.add(new Segment(latest.last(), latest.shown(), events.toByteArray()));
                    events.reset();
                }
                events.writeBytes(segment.events());
                latest = segment;
            }
            joined.add(new Segment(latest.last(), latest.shown(), events.toByteArray()));
            return joined;
        }
    }

    /** Appends consecutive segments to a run's log. The caller numbers their events without gaps. */
    public static void append(Sql sql, long run, List<Segment> segments) throws SQLException {
        for (Segment segment : segments) {
            sql.update(
                    INSERT,
                    position(run, segment.last()),
                    segment.shown(),
                    segment.events());
        }
    }

    /** As {@link #append}, but the segments of all runs are written together, at the end of the transaction. */
    public static void gather(Sql sql, long run, List<Segment> segments) {
        List<Object[]> rows = sql.gathered(Rows.class, Rows::new).rows;
        for (Segment segment : segments) {
            rows.add(new Object[] {position(run, segment.last()), segment.shown(), segment.events()});
        }
    }

    /** The log's segments that hold entries after a position, oldest first; the first may begin before it. */
    public static List<Segment> read(Sql sql, long run, long after, int limit) throws SQLException {
        return sql.list(
                LogStore::segment,
                "SELECT position, shown, events FROM log WHERE position > ? AND position <= ? ORDER BY position LIMIT ?",
                position(run, Math.min(after, MAX_SEQ)),
                position(run, MAX_SEQ),
                limit);
    }

    /** The segment that holds the shown entry with this number, or, if that was deleted, the first segment after it. */
    public static Optional<Segment> shown(Sql sql, long run, long number) throws SQLException {
        return sql.first(
                LogStore::segment,
                "SELECT position, shown, events FROM log WHERE position >= ? AND position <= ? AND shown >= ?"
                        + " ORDER BY position LIMIT 1",
                position(run, Math.min(number, MAX_SEQ)), // no entry's number is above its position
                position(run, MAX_SEQ),
                number);
    }

    /** The segments that a transaction adds to the logs of all runs. */
    private static final class Rows implements Sql.Gathered {
        private final List<Object[]> rows = new ArrayList<>();

        @Override
        public void write(Sql sql) throws SQLException {
            if (!rows.isEmpty()) {
                List<Object[]> written = List.copyOf(rows);
                rows.clear();
                sql.updateAll(INSERT, written);
            }
        }

        @Override
        public void clear() {
            rows.clear();
        }
    }

    private static Segment segment(ResultSet row) throws SQLException {
        return new Segment(row.getLong(1) & MAX_SEQ, row.getLong(2), row.getBytes(3));
    }

    /** The last segment of a run's log. */
    public static Optional<Segment> last(Sql sql, long run) throws SQLException {
        return sql.first(
                LogStore::segment,
                "SELECT position, shown, events FROM log WHERE position > ? AND position <= ?"
                        + " ORDER BY position DESC LIMIT 1",
                position(run, 0),
                position(run, MAX_SEQ));
    }

    /** Deletes the log of a run that is not active. */
    public static void delete(Sql sql, long run) throws SQLException {
        sql.update("DELETE FROM log WHERE position > ? AND position <= ?", position(run, 0), position(run, MAX_SEQ));
    }

    /**
     * Deletes the first segments of the log of a run that is not active, at most {@code segments}.
     *
     * @return whether there may be more
     */
    public static boolean deleteFirst(Sql sql, long run, int segments) throws SQLException {
        int deleted = sql.update(
                "DELETE FROM log WHERE position IN (SELECT position FROM log WHERE position > ? AND position <= ?"
                        + " ORDER BY position LIMIT ?)",
                position(run, 0),
                position(run, MAX_SEQ),
                segments);
        return deleted == segments;
    }

    private static long position(long run, long seq) {
        return run << SEQ_BITS | seq;
    }
}
