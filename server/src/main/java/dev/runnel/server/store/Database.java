package dev.runnel.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The database: many readers, one writer. Reading happens on the caller's thread, over a small pool. Writing is handed to the
 * {@link GroupCommit}, whose transactions take in all that waits. Thread-safe.
 *
 * <p>SQLite runs in WAL mode. With {@code synchronous=NORMAL} a commit is with the operating system, and survives the process; with
 * {@code FULL} it has reached the disk, and survives a power failure too. The file stays whole either way.
 */
public final class Database implements AutoCloseable {
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 5_000;

    private final DatabaseFile file;
    private final HikariDataSource readers;
    private final GroupCommit writer;
    private final Checkpointer checkpointer;
    private final ProcessLock lock;

    private Database(
            DatabaseFile file,
            HikariDataSource readers,
            GroupCommit writer,
            Checkpointer checkpointer,
            ProcessLock lock) {
        this.file = file;
        this.readers = readers;
        this.writer = writer;
        this.checkpointer = checkpointer;
        this.lock = lock;
    }

    /**
     * Opens a database, creating it and bringing its schema up to date as needed.
     *
     * @param url {@code sqlite:} and a file's path
     * @param toTheDisk whether each commit waits until it has reached the disk
     * @throws IllegalArgumentException if the URL names no database that is known
     * @throws StoreException if it cannot be opened
     */
    public static Database open(String url, boolean toTheDisk) {
        DatabaseFile file = DatabaseFile.of(url);
        ProcessLock lock = ProcessLock.take(file);
        try {
            return open(file, toTheDisk, lock);
        } catch (StoreException e) {
            lock.close();
            throw e;
        } catch (SQLException | IOException | RuntimeException e) {
            lock.close();
            throw cannotOpen(file, e);
        }
    }

    private static StoreException cannotOpen(DatabaseFile file, Exception cause) {
        StoreException failure = new StoreException(
                "the database " + file.path() + " cannot be opened: " + rootMessage(cause), cause);
        return failure.diskIsFull()
                ? new StoreException(
                        "the database " + file.path()
                                + " cannot be opened: the disk is full. Nothing that was committed is"
                                + " lost; free some space in " + file.path().getParent() + " and start again",
                        cause)
                : failure;
    }

    /** A failure of what is to be done before anything else can be, in words for whoever starts a server. */
    public StoreException cannotStart(StoreException failure) {
        return cannotOpen(file, failure);
    }

    private static Database open(DatabaseFile file, boolean toTheDisk, ProcessLock lock)
            throws SQLException, IOException {
        String jdbcUrl = file.jdbcUrl();
        Schema.migrate(source(jdbcUrl, toTheDisk), file.path());
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(source(jdbcUrl, toTheDisk));
        pool.setConnectionInitSql("PRAGMA query_only = TRUE");
        pool.setMaximumPoolSize(READERS);
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(BUSY_MILLIS * 2L);
        pool.setPoolName("runnel-readers");
        GroupCommit writer = new GroupCommit(source(jdbcUrl, toTheDisk)::getConnection);
        return new Database(
                file,
                new HikariDataSource(pool),
                writer,
                new Checkpointer(
                        file.path(),
                        source(jdbcUrl, toTheDisk).getConnection(),
                        writer,
                        Checkpointer.INTERVAL,
                        Checkpointer.MAX_LOG_BYTES),
                lock);
    }

    private static SQLiteDataSource source(String jdbcUrl, boolean toTheDisk) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(
                toTheDisk ? SQLiteConfig.SynchronousMode.FULL : SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setCacheSize(-16_384);
        // Nobody asks for them, and the driver would ask the database after each insert.
        config.setGetGeneratedKeys(false);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl(jdbcUrl);
        return source;
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause; (cause = root.getCause()) != null;) {
            root = cause;
        }
        return String.valueOf(root.getMessage());
    }

    /**
     * Runs queries on one state of a database, also while a server has it open: what is committed meanwhile is not seen. Nothing can be
     * written.
     *
     * @param url {@code sqlite:} and the path of a file that is there
     * @throws StoreException if it cannot be read
     */
    public static <T> T snapshot(String url, Work<T> work) {
        Path file = DatabaseFile.of(url).path();
        if (!Files.isRegularFile(file)) {
            throw new StoreException("there is no database at " + file, new NoSuchFileException(file.toString()));
        }
        SQLiteDataSource source = source("jdbc:sqlite:" + file, false);
        Schema.refuseNewer(source, file);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = TRUE");
            statement.execute("BEGIN DEFERRED"); // the first query takes the snapshot
            return work.run(new Sql(connection));
        } catch (SQLException e) {
            throw new StoreException("the database " + url + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Runs queries on the caller's thread. What other transactions committed before is seen. */
    public <T> T read(Work<T> work) {
        try (Sql sql = new Sql(readers.getConnection())) {
            return work.run(sql);
        } catch (SQLException e) {
            throw new StoreException("reading failed: " + e.getMessage(), e);
        }
    }

    /** Runs statements in the next group commit, and waits until they are durable. */
    public <T> T write(Work<T> work) {
        return begin(work).get();
    }

    /** Hands statements to the next group commit; the answer waits until they are durable. */
    public <T> Supplier<T> begin(Work<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        writer.submit(new GroupCommit.Job<>(work, done::complete, done::completeExceptionally));
        return () -> {
            try {
                return done.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        };
    }

    /**
     * Hands statements to the next group commit and returns at once.
     *
     * @param committed called by the writer's thread when they are durable; must be quick
     * @param failed called by the writer's thread if they are not
     */
    public <T> void submit(
            Work<T> work,
            Consumer<T> committed,
            Consumer<RuntimeException> failed) {
        writer.submit(new GroupCommit.Job<>(work, committed, failed));
    }

    /** Whether there is a database. */
    public static boolean exists(String url) {
        return Files.exists(DatabaseFile.of(url).path());
    }

    /** Commits what waits, and closes. */
    @Override
    public void close() {
        closeConnections();
        lock.close();
    }

    /** Closes it, and removes it from the disk: for a database that was just made and is not to stay. */
    public void discard() {
        closeConnections();
        try {
            for (String suffix : List.of("-wal", "-shm", "")) {
                Files.deleteIfExists(file.beside(suffix));
            }
            lock.discard();
        } catch (IOException e) {
            throw new StoreException("the database " + file.path() + " cannot be removed: " + e, e);
        }
    }

    private void closeConnections() {
        writer.close();
        readers.close();
        checkpointer.close();
    }

    /** Statements that belong together. May run more than once if another's in the same group fail. */
    @FunctionalInterface
    public interface Work<T> {
        /** Runs them. */
        T run(Sql sql) throws SQLException;
    }
}
