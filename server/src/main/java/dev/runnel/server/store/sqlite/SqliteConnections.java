package dev.runnel.server.store.sqlite;

import dev.runnel.server.store.Connections;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Outage;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.schema.Schema;
import dev.runnel.server.time.Timers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The connections to a SQLite database, which one process has for itself. Thread-safe.
 *
 * <p>SQLite runs in WAL mode. With {@code synchronous=NORMAL} a commit has reached the operating system, and survives
 * the end of the process. With {@code FULL} it has reached the disk, and survives a power failure too. The file stays
 * intact either way.
 */
public final class SqliteConnections implements Connections {
    private static final System.Logger LOG = System.getLogger(SqliteConnections.class.getName());

    private static final int BUSY_MILLIS = 5_000;
    private static final Duration READER_PATIENCE = Duration.ofMillis(BUSY_MILLIS * 2L);

    private static final Map<String, String> TYPES = Map.of(
            "serial", "INTEGER PRIMARY KEY AUTOINCREMENT", "key", "INTEGER PRIMARY KEY", "bytes", "BLOB");

    private final DatabaseFile file;
    private final ProcessLock lock;
    private final Checkpoints checkpoints;
    private final SQLiteDataSource source;
    private final Readers readers;
    private volatile @Nullable Checkpointer checkpointer;

    private SqliteConnections(DatabaseFile file, ProcessLock lock, boolean toTheDisk, Checkpoints checkpoints) {
        this.file = file;
        this.lock = lock;
        this.checkpoints = checkpoints;
        this.source = source(file, toTheDisk);
        schema(source, file).migrate();
        this.readers = new Readers(source(file, toTheDisk), READER_PATIENCE);
    }

    /**
     * Opens a database, creating it and bringing its schema up to date as needed.
     *
     * @param toTheDisk whether each commit waits until it has reached the disk
     * @param timers run the checkpoints
     * @throws StoreException if it cannot be opened
     */
    public static Database open(DatabaseFile file, boolean toTheDisk, Timers timers) {
        return open(file, toTheDisk, new Checkpoints(timers, Checkpointer.INTERVAL, Checkpointer.MAX_LOG_BYTES));
    }

    static Database open(DatabaseFile file, boolean toTheDisk, Checkpoints checkpoints) {
        ProcessLock lock = ProcessLock.take(file);
        SqliteConnections connections;
        try {
            connections = new SqliteConnections(file, lock, toTheDisk, checkpoints);
        } catch (StoreException e) {
            lock.close();
            throw e;
        } catch (RuntimeException e) {
            lock.close();
            throw cannotOpen(file, e);
        }
        return Database.on(connections);
    }

    private static SQLiteDataSource source(DatabaseFile file, boolean toTheDisk) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(
                toTheDisk ? SQLiteConfig.SynchronousMode.FULL : SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setCacheSize(-16_384);
        // Runnel does not use generated keys, and the driver would query the database for them after each insert.
        config.setGetGeneratedKeys(false);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl(file.jdbcUrl());
        return source;
    }

    private static Schema schema(SQLiteDataSource source, DatabaseFile file) {
        return new Schema(source, file.path().toString(), TYPES);
    }

    /**
     * Runs queries on one consistent state of a database, even while a server has it open. The queries do not see later
     * commits, and cannot write.
     *
     * @throws StoreException if there is no database, or it cannot be read
     */
    public static <T> T snapshot(DatabaseFile file, Sql.Work<T> work) {
        Path path = file.path();
        if (!Files.isRegularFile(path)) {
            throw new StoreException("there is no database at " + path, new NoSuchFileException(path.toString()));
        }
        SQLiteDataSource source = source(new DatabaseFile(path, ""), false);
        schema(source, file).refuseNewer();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = TRUE");
            statement.execute("BEGIN DEFERRED"); // the first query takes the snapshot
            return work.run(new Sql(connection, false));
        } catch (SQLException e) {
            throw new StoreException(
                    "the database " + path + " cannot be read: " + e.getMessage(), e, SqliteErrors.outage(e));
        }
    }

    @Override
    public <T> T read(Sql.Work<T> work) throws SQLException {
        return readers.read(work);
    }

    /** Turns SQLite's own checkpoints off for this connection: the {@link Checkpointer} makes them. */
    @Override
    public Connection writer() throws SQLException {
        Connection connection = source.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_autocheckpoint = 0");
        }
        return connection;
    }

    @Override
    public boolean shared() {
        return false;
    }

    /** There is one writer. */
    @Override
    public boolean isDeadlock(Throwable failure) {
        return false;
    }

    @Override
    public Optional<Outage> outage(Throwable failure) {
        return SqliteErrors.outage(failure);
    }

    @Override
    public Duration patience() {
        return Duration.ZERO;
    }

    @Override
    public StoreException cannotOpen(Exception cause) {
        return cannotOpen(file, cause);
    }

    private static StoreException cannotOpen(DatabaseFile file, Exception cause) {
        Optional<Outage> outage = SqliteErrors.outage(cause);
        String what = "the database " + file.path() + " cannot be opened: ";
        return new StoreException(
                outage.filter(Outage.DISK_FULL::equals).isPresent()
                        ? what + "the disk is full. Nothing that was committed is lost; free some space in "
                                + file.path().getParent() + " and start again"
                        : what + rootMessage(cause),
                cause,
                outage);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause; (cause = root.getCause()) != null;) {
            root = cause;
        }
        return String.valueOf(root.getMessage());
    }

    @Override
    public void begin(Writer writer) throws SQLException {
        try {
            checkpointer = new Checkpointer(file.path(), source.getConnection(), writer, checkpoints);
        } catch (IOException e) {
            throw new StoreException("the database's file cannot be written: " + e, e, Optional.of(Outage.of(e)));
        }
    }

    @Override
    public void close() {
        closeAll();
        lock.close();
    }

    @Override
    public void discard() {
        closeAll();
        try {
            for (String suffix : List.of("-wal", "-shm", "")) {
                Files.deleteIfExists(file.beside(suffix));
            }
            lock.discard();
        } catch (IOException e) {
            throw new StoreException("the database " + file.path() + " cannot be removed: " + e, e);
        }
    }

    /** Closes the checkpointer's connection last, which moves the rest of the write-ahead log. */
    private void closeAll() {
        try {
            readers.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "connections for reading stay open: {0}", e.getMessage());
        }
        Checkpointer last = checkpointer;
        if (last != null) {
            last.close();
        }
    }
}
