package dev.runnel.server.store.sqlite;

import dev.runnel.server.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.sqlite.SQLiteDataSource;

/**
 * The connections for reading: a few, opened when they are needed, which keep their prepared statements. To prepare a statement takes
 * SQLite longer than to run a short one. Its driver keeps none, and a pool for any kind of database closes them when a connection is given back.
 * Thread-safe.
 */
final class Readers implements AutoCloseable {
    private static final int MOST = 4;

    private final SQLiteDataSource source;
    private final Duration patience;
    private final Semaphore free = new Semaphore(MOST, true);

    /** The one given back last is the first, as its pages are at hand. */
    private final ConcurrentLinkedDeque<Sql> idle = new ConcurrentLinkedDeque<>();

    private volatile boolean closed;

    /** @param patience how long a caller waits for a connection */
    Readers(SQLiteDataSource source, Duration patience) {
        this.source = source;
        this.patience = patience;
    }

    /** Runs queries on a connection that nobody else uses meanwhile. */
    <T> T read(Sql.Work<T> work) throws SQLException {
        acquire(1);
        try {
            return readAlone(work);
        } finally {
            free.release();
        }
    }

    private <T> T readAlone(Sql.Work<T> work) throws SQLException {
        if (closed) {
            throw new SQLException("the database is closed");
        }
        Sql known = idle.pollFirst();
        Sql sql = known == null ? open() : known;
        boolean usable = false;
        try {
            T result = work.run(sql);
            usable = true;
            return result;
        } catch (RuntimeException e) { // the caller's own, such as that an object was not found
            usable = true;
            throw e;
        } finally {
            if (usable) {
                idle.addFirst(sql);
            } else {
                sql.close();
            }
        }
    }

    private void acquire(int connections) throws SQLException {
        try {
            if (!free.tryAcquire(connections, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new SQLTimeoutException("no connection became free within " + patience.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for a connection", e);
        }
    }

    private Sql open() throws SQLException {
        Connection connection = source.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = TRUE");
            return new Sql(connection, false);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Refuses further reads, waits for those under way, and closes the connections. */
    @Override
    public void close() throws SQLException {
        closed = true;
        acquire(MOST);
        try {
            for (Sql sql; (sql = idle.pollFirst()) != null;) {
                sql.close();
            }
        } finally {
            free.release(MOST);
        }
    }
}
