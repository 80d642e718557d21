package dev.runnel.server.store;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Moves what SQLite's write-ahead log holds into the database file, once a second, on a thread and a connection of its own. Left to
 * itself SQLite does it within a commit, every thousand pages: at full load each took the writer, and with it every stream, a tenth
 * of a second. A passive checkpoint runs beside the writer. Only if the log has outgrown its limit, as under an unbroken load, is the
 * writer made to wait.
 */
final class Checkpointer implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** In pages of 4 KiB: 256 MiB. */
    private static final int MAX_LOG_PAGES = 65_536;

    private static final System.Logger LOG = System.getLogger(Checkpointer.class.getName());

    private final Connection connection;
    private final ScheduledExecutorService timer;

    Checkpointer(Connection connection) {
        this.connection = connection;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("runnel-checkpoint").factory());
        long millis = INTERVAL.toMillis();
        Future<?> _ = timer.scheduleWithFixedDelay(this::checkpoint, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Leaves checkpoints on this connection's commits to the checkpointer. */
    static void leaveTo(Connection writer) throws SQLException {
        try (Statement statement = writer.createStatement()) {
            statement.execute("PRAGMA wal_autocheckpoint = 0");
        }
    }

    private void checkpoint() {
        try {
            if (checkpoint("PASSIVE") > MAX_LOG_PAGES) {
                checkpoint("TRUNCATE");
            }
        } catch (SQLException | RuntimeException e) {
            LOG.log(Level.WARNING, "the write-ahead log could not be moved into the database", e);
        }
    }

    /** Runs a checkpoint, and answers how many pages the log had. */
    private int checkpoint(String mode) throws SQLException {
        try (Statement statement = connection.createStatement();
                var result = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
            return result.next() ? result.getInt("log") : 0;
        }
    }

    /** Ends it; what the log still holds is moved when the database's last connection closes. */
    @Override
    public void close() {
        timer.shutdownNow();
        try {
            timer.awaitTermination(5, TimeUnit.SECONDS);
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "the checkpointer's connection did not close well", e);
        }
    }
}
