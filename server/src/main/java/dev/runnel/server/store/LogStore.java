package dev.runnel.server.store;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The run log's statements. Static and without state. */
public final class LogStore {
    private static final int SEQ_BITS = 32;
    private static final long MAX_SEQ = (1L << SEQ_BITS) - 1;

    private LogStore() {}

    /**
     * A run of consecutive events of one run's log.
     *
     * @param last the number of the last of them
     * @param events what the log keeps of them, unread
     */
    @SuppressWarnings("ArrayRecordComponent") // read once and thrown away, never compared
    public record Segment(long last, byte[] events) {}

    /** Appends a segment. A run's events are numbered without gaps by whoever appends them. */
    public static void append(Sql sql, long run, Segment segment) throws SQLException {
        sql.update("INSERT INTO log (position, events) VALUES (?, ?)", position(run, segment.last()), segment.events());
    }

    /** The segments that hold events after a position, oldest first; the first may begin before it. */
    public static List<Segment> read(Sql sql, long run, long after, int limit) throws SQLException {
        return sql.list(
                row -> new Segment(row.getLong(1) & MAX_SEQ, row.getBytes(2)),
                "SELECT position, events FROM log WHERE position > ? AND position <= ? ORDER BY position LIMIT ?",
                position(run, Math.min(after, MAX_SEQ)),
                position(run, MAX_SEQ),
                limit);
    }

    /** The last segment of a run's log. */
    public static Optional<Segment> last(Sql sql, long run) throws SQLException {
        return sql.first(
                row -> new Segment(row.getLong(1) & MAX_SEQ, row.getBytes(2)),
                "SELECT position, events FROM log WHERE position > ? AND position <= ? ORDER BY position DESC LIMIT 1",
                position(run, 0),
                position(run, MAX_SEQ));
    }

    /** Deletes a run's log. */
    public static void delete(Sql sql, long run) throws SQLException {
        sql.update("DELETE FROM log WHERE position > ? AND position <= ?", position(run, 0), position(run, MAX_SEQ));
    }

    private static long position(long run, long seq) {
        return run << SEQ_BITS | seq;
    }
}
