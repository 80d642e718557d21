package dev.runnel.server.store.sqlite;

import dev.runnel.server.store.Connections;
import dev.runnel.server.time.Timers;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Moves the pages in SQLite's write-ahead log into the database file, once a second, on threads and a connection of its
 * own. By default SQLite does this within a commit, every thousand pages: at full load each such checkpoint stopped the
 * writer, and with it every stream, for a tenth of a second.
 *
 * <p>A passive checkpoint runs beside the writer. Under an unbroken load some page always comes too late for it, and
 * the log keeps growing. So when the log has reached its limit, the writer waits while the log is restarted. Nearly all
 * pages are moved and on the disk by then, so the wait takes milliseconds.
 */
final class Checkpointer implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofSeconds(1);
    static final long MAX_LOG_BYTES = 64 << 20;

    /** How long the writer may have to wait for readers. If the readers take longer, the next round tries again. */
    private static final int BUSY_MILLIS = 20;

    private static final System.Logger LOG = System.getLogger(Checkpointer.class.getName());

    private final Connection connection;
    private final Connections.Writer writer;

    /**
     * The channel that syncs the database file to the disk. It is closed after the last connection: when a process
     * closes any channel of a file, POSIX releases all locks that the process has on the file.
     */
    private final FileChannel file;

    private final long maxPages;
    private final Timers.Timer timer;

    /**
     * Starts the checkpoints.
     *
     * @param file the database's file
     * @param connection a connection that this checkpointer owns from now on
     */
    Checkpointer(Path file, Connection connection, Connections.Writer writer, Checkpoints checkpoints)
            throws SQLException, IOException {
        this.connection = connection;
        this.writer = writer;
        this.file = FileChannel.open(file, StandardOpenOption.WRITE);
        this.maxPages = checkpoints.maxLogBytes() / number("PRAGMA page_size", "page_size");
        number("PRAGMA busy_timeout = " + BUSY_MILLIS, "timeout");
        this.timer = checkpoints.timers().every(
                checkpoints.interval(), Thread.ofPlatform().daemon().name("runnel-checkpoint"), this::checkpoint);
    }

    private void checkpoint() {
        try {
            long pages = number("PRAGMA wal_checkpoint(PASSIVE)", "log");
            if (pages > maxPages) {
                file.force(false);
                writer.pause(this::beginAnew);
            }
        } catch (SQLException | IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "cannot move the write-ahead log into the database", e);
        }
    }

    private void beginAnew() throws SQLException {
        if (number("PRAGMA wal_checkpoint(RESTART)", "busy") != 0) {
            LOG.log(Level.DEBUG, "readers use the write-ahead log; it grows until the next checkpoint");
        }
    }

    private long number(String pragma, String column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(pragma)) {
            return result.next() ? result.getLong(column) : 0;
        }
    }

    /**
     * Stops the checkpoints. To be called when all other connections are closed: closing the last connection moves the
     * rest of the log.
     */
    @Override
    public void close() {
        timer.close();
        try {
            connection.close();
            file.close();
        } catch (SQLException | IOException e) {
            LOG.log(Level.DEBUG, "the checkpointer's connection did not close well", e);
        }
    }
}
