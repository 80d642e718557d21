package dev.runnel.server.store.postgres;

import dev.runnel.server.store.Notices;
import dev.runnel.server.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Notices by {@code NOTIFY}: one for each transaction, which names all runs that it has changed. One connection of its
 * own listens. Thread-safe.
 */
public final class PostgresNotices implements Notices {
    private static final System.Logger LOG = System.getLogger(PostgresNotices.class.getName());

    private static final String CHANNEL = "runnel_runs";
    private static final String ALL = "*";

    /** A notice has less than 8,000 bytes. */
    private static final int MAX_TEXT = 7_900;

    /** How long to wait for notices at a time. The wait ends at once when one comes. */
    private static final int WAIT_MILLIS = 500;

    private static final int RECONNECT_MILLIS = 1_000;

    private final String node;
    private final PostgresUrl url;
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    /**
     * Notices of a node.
     *
     * @param node the node's name, which no other node has
     */
    public PostgresNotices(PostgresUrl url, String node) {
        this.url = url;
        this.node = node;
    }

    @Override
    public void changed(Sql sql, long run) {
        sql.gathered(Changed.class, () -> new Changed(node)).runs.add(run);
    }

    /** The runs that a transaction has changed. */
    private static final class Changed implements Sql.Gathered {
        private final String node;
        private final Set<Long> runs = new TreeSet<>();

        private Changed(String node) {
            this.node = node;
        }

        @Override
        public void write(Sql sql) throws SQLException {
            if (!runs.isEmpty()) {
                String names = runs.stream().map(String::valueOf).collect(Collectors.joining(","));
                runs.clear();
                sql.first(
                        row -> true, "SELECT pg_notify(?, ?)", CHANNEL,
                        node + ":" + (names.length() > MAX_TEXT - node.length() ? ALL : names));
            }
        }

        @Override
        public void clear() {
            runs.clear();
        }
    }

    @Override
    public void listen(LongConsumer listener, Runnable all) {
        thread = Thread.ofVirtual().name("runnel-notices").start(() -> {
            DataSource source = url.source(Duration.ZERO);
            while (!closed) {
                try (Connection connection = source.getConnection()) {
                    listen(connection, listener, all);
                } catch (SQLException e) {
                    LOG.log(System.Logger.Level.DEBUG, "cannot receive notices of other servers at the moment", e);
                    pause();
                }
            }
        });
    }

    private void listen(Connection connection, LongConsumer listener, Runnable all) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + CHANNEL);
        }
        all.run(); // before it listened, notices were lost
        PGConnection notified = connection.unwrap(PGConnection.class);
        while (!closed) {
            for (PGNotification notice : notified.getNotifications(WAIT_MILLIS)) {
                tell(notice.getParameter(), listener, all);
            }
        }
    }

    private void tell(String text, LongConsumer listener, Runnable all) {
        int colon = text.indexOf(':');
        if (text.substring(0, colon).equals(node)) {
            return;
        }
        String names = text.substring(colon + 1);
        if (names.equals(ALL)) {
            all.run();
        } else {
            for (String name : names.split(",", -1)) {
                listener.accept(Long.parseLong(name));
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(RECONNECT_MILLIS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        Thread listening = thread;
        if (listening != null) {
            listening.interrupt();
        }
    }
}
