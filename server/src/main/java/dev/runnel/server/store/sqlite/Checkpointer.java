package dev.runnel.server.store.sqlite;

import dev.runnel.server.store.Database;
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
 * Moves what SQLite's write-ahead log holds into the database file, once a second, on threads and a connection of its own. Left to
 * itself SQLite does it within a commit, every thousand pages: at full load each took the writer, and with it every stream, a tenth
 * of a second.
 *
 * <p>A passive checkpoint runs beside the writer, but under an unbroken load there is always a page that came too late for it, and
 * the log grows on. So when the log has reached its limit the writer is made to wait while it begins anew: with nearly all moved
 * before, and on the disk before, that takes milliseconds.
 */
final class Checkpointer implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofSeconds(1);
    static final long MAX_LOG_BYTES = 64 << 20;

    /** How long the writer may have to wait for readers. If they take longer, the next round tries again. */
    private static final int BUSY_MILLIS = 20;

    private static final System.Logger LOG = System.getLogger(Checkpointer.class.getName());

    private final Connection connection;
    private final Database database;

    /**
     * Through this the file is told to go to the disk. If it were closed before the last connection, that connection would lose its
     * locks: POSIX lets go of all that a process has on a file when it closes any channel of it.
     */
    private final FileChannel file;

    private final long maxPages;
    private final Timers.Timer timer;

    /**
     * Begins.
     *
     * @param file the database's
     * @param connection its own, from here on
     */
    Checkpointer(Path file, Connection connection, Database database, Checkpoints checkpoints)
            throws SQLException, IOException {
        this.connection = connection;
        this.database = database;
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
                database.pause(this::beginAnew);
            }
        } catch (SQLException | IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "the write-ahead log could not be moved into the database", e);
        }
    }

    private void beginAnew() throws SQLException {
        if (number("PRAGMA wal_checkpoint(RESTART)", "busy") != 0) {
            LOG.log(Level.DEBUG, "the write-ahead log is being read, and grows for another round");
        }
    }

    private long number(String pragma, String column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(pragma)) {
            return result.next() ? result.getLong(column) : 0;
        }
    }

    /** Ends it. To be called when all other connections are closed: what the log still holds is moved when the last one is. */
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
