package dev.runnel.server.store;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;

/** The run log's statements. Static and without state. */
public final class EventStore {
    private EventStore() {}

    /** Appends an event. A run's events are numbered without gaps by whoever appends them. */
    public static void append(Sql sql, long run, long seq, String name, byte[] data) throws SQLException {
        sql.update(
                "INSERT INTO events (run, seq, name, data) VALUES (?, ?, ?, ?)",
                run,
                seq,
                name,
                new String(data, StandardCharsets.UTF_8));
    }

    /** A run's events after a position, oldest first. */
    public static <T> List<T> read(Sql sql, Sql.RowMapper<T> mapper, long run, long after, int limit)
            throws SQLException {
        return sql.list(
                mapper,
                "SELECT seq, name, data FROM events WHERE run = ? AND seq > ? ORDER BY seq LIMIT ?",
                run,
                after,
                limit);
    }
}
