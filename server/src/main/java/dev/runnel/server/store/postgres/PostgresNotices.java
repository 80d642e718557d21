package dev.runnel.server.store.postgres;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.Notices;
import dev.runnel.server.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Notices by {@code NOTIFY}: at most one for each transaction that names the runs that it has changed, and one for each node that it
 * calls. One connection of its own listens. Thread-safe.
 */
public final class PostgresNotices implements Notices {
    private static final System.Logger LOG = System.getLogger(PostgresNotices.class.getName());

    private static final String CHANNEL = "runnel_runs";
    private static final String ALL = "*";

    /** Has the names of nodes that are called. */
    private static final String CALLS = "runnel_calls";

    /** A notice has less than 8,000 bytes. */
    private static final int MAX_TEXT = 7_900;

    /** How long to wait for notices at a time. The wait ends at once when one comes. */
    private static final int WAIT_MILLIS = 500;

    /** After how long without a notice to ask the database whether it is still there. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final int ALIVE_SECONDS = 5;
    private static final int RECONNECT_MILLIS = 1_000;

    private final Database database;
    private final String node;
    private final PostgresUrl url;
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    /**
     * Notices of a node.
     *
     * @param node the node's name, which no other node has
     */
    public PostgresNotices(Database database, PostgresUrl url, String node) {
        this.database = database;
        this.url = url;
        this.node = node;
    }

    @Override
    public void changed(Sql sql, long run) {
        gathered(sql).changed.add(run);
    }

    @Override
    public void written(Sql sql, long run) {
        gathered(sql).written.add(run);
    }

    @Override
    public void call(Sql sql, String called) throws SQLException {
        sql.first(row -> true, "SELECT pg_notify(?, ?)", CALLS, called);
    }

    /** Leases are looked at first: that shows which runs are watched. */
    private Changed gathered(Sql sql) {
        LeaseChecks checks = LeaseChecks.of(sql, url.lease());
        return sql.gathered(Changed.class, () -> new Changed(node, checks));
    }

    /** In a transaction of its own, so that it holds one lock alone and cannot wait for another node in a circle. */
    @Override
    public void watch(long run) {
        database.read(
                sql -> sql.update("UPDATE runs SET watched = TRUE WHERE seq = ? AND active AND NOT watched", run));
    }

    /** The runs that a transaction has changed. */
    private static final class Changed implements Sql.Gathered {
        private final String node;
        private final Set<Long> changed = new TreeSet<>();
        private final Set<Long> written = new TreeSet<>();
        private final LeaseChecks checks;

        private Changed(String node, LeaseChecks checks) {
            this.node = node;
            this.checks = checks;
        }

        @Override
        public void write(Sql sql) throws SQLException {
            written.stream().filter(checks::isWatched).forEach(changed::add);
            written.clear();
            if (!changed.isEmpty()) {
                String names = changed.stream().map(String::valueOf).collect(Collectors.joining(","));
                changed.clear();
                sql.first(
                        row -> true, "SELECT pg_notify(?, ?)", CHANNEL,
                        node + ":" + (names.length() > MAX_TEXT - node.length() ? ALL : names));
            }
        }

        @Override
        public void clear() {
            changed.clear();
            written.clear();
        }
    }

    @Override
    public void listen(Listener listener) {
        thread = Thread.ofVirtual().name("runnel-notices").start(() -> {
            DataSource source = url.source(Duration.ZERO);
            while (!closed) {
                try (Connection connection = source.getConnection()) {
                    listen(connection, listener);
                } catch (SQLException e) {
                    LOG.log(System.Logger.Level.DEBUG, "cannot receive notices of other servers at the moment", e);
                    pause();
                }
            }
        });
    }

    private void listen(Connection connection, Listener listener) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + CHANNEL);
            statement.execute("LISTEN " + CALLS);
        }
        listener.all(); // before it listened, notices were lost
        PGConnection notified = connection.unwrap(PGConnection.class);
        long heard = System.nanoTime();
        while (!closed) {
            PGNotification[] notices = notified.getNotifications(WAIT_MILLIS);
            for (PGNotification notice : notices) {
                tell(notice, listener);
            }
            if (notices.length > 0) {
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard >= SILENCE.toNanos()) {
                checkAlive(connection);
                heard = System.nanoTime();
            }
        }
    }

    /** A connection that was cut on the way is silent, and nothing else would tell. */
    private static void checkAlive(Connection connection) throws SQLException {
        if (!connection.isValid(ALIVE_SECONDS)) {
            throw new SQLException("the connection that listens is dead");
        }
    }

    private void tell(PGNotification notice, Listener listener) {
        String text = notice.getParameter();
        if (notice.getName().equals(CALLS)) {
            if (text.equals(node)) {
                listener.called();
            }
            return;
        }
        int colon = text.indexOf(':');
        if (text.substring(0, colon).equals(node)) {
            return;
        }
        String names = text.substring(colon + 1);
        if (names.equals(ALL)) {
            listener.all();
        } else {
            for (String name : names.split(",", -1)) {
                listener.changed(Long.parseLong(name));
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
