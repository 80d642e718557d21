package dev.runnel.server.store.schema;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.flywaydb.core.api.migration.Context;

/**
 * The migration that empties the journal before the form of its rows changes. It copies to the log the segments of
 * active runs that only the journal has, as each start does. A row of the old form holds parts: run, last position,
 * length, entries.
 */
final class JournalToLog extends CodeMigration {
    JournalToLog() {
        super("20", "journal to log");
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection connection = context.getConnection();
        Set<Long> active = active(connection);
        Map<Long, Long> last = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT parts FROM journal ORDER BY place");
                PreparedStatement insert = connection
                        .prepareStatement("INSERT INTO log (position, events) VALUES (?, ?)")) {
            while (rows.next()) {
                for (ByteBuffer parts = ByteBuffer.wrap(rows.getBytes(1)); parts.hasRemaining();) {
                    long run = parts.getLong();
                    long position = parts.getLong();
                    byte[] events = new byte[parts.getInt()];
                    parts.get(events);
                    if (active.contains(run) && position > last(connection, last, run)) {
                        insert.setLong(1, run << 32 | position);
                        insert.setBytes(2, events);
                        insert.executeUpdate();
                        last.put(run, position);
                    }
                }
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM journal");
        }
    }

    private static Set<Long> active(Connection connection) throws SQLException {
        Set<Long> active = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT seq FROM runs WHERE active")) {
            while (rows.next()) {
                active.add(rows.getLong(1));
            }
        }
        return active;
    }

    /** The last position that the log has of a run, including the copied segments. */
    private static long last(Connection connection, Map<Long, Long> copied, long run) throws SQLException {
        Long known = copied.get(run);
        if (known != null) {
            return known;
        }
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT MAX(position) FROM log WHERE position > ? AND position < ?")) {
            select.setLong(1, run << 32);
            select.setLong(2, (run + 1) << 32);
            try (ResultSet row = select.executeQuery()) {
                long last = row.next() ? row.getLong(1) & 0xFFFF_FFFFL : 0;
                copied.put(run, last);
                return last;
            }
        }
    }
}
