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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
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
    private static final String SQLITE = "sqlite:";
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 5_000;

    private final HikariDataSource readers;
    private final GroupCommit writer;
    private final Checkpointer checkpointer;
    private final ProcessLock lock;

    private Database(HikariDataSource readers, GroupCommit writer, Checkpointer checkpointer, ProcessLock lock) {
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
        Path file = file(url);
        ProcessLock lock = ProcessLock.take(file);
        try {
            return open(file, "jdbc:sqlite:" + file + parameters(url), toTheDisk, lock);
        } catch (SQLException | IOException | RuntimeException e) {
            lock.close();
            throw new StoreException("the database " + url + " cannot be opened: " + rootMessage(e), e);
        }
    }

    private static Path file(String url) {
        if (!url.startsWith(SQLITE) || url.length() == SQLITE.length()) {
            throw new IllegalArgumentException(
                    "the database must be given as sqlite:FILE, as in sqlite:runnel.db, not '" + url + "'");
        }
        String path = url.substring(SQLITE.length(), url.length() - parameters(url).length());
        return Path.of(path).toAbsolutePath();
    }

    /** What SQLite's driver takes behind a file's name, from the question mark on. */
    private static String parameters(String url) {
        int mark = url.indexOf('?');
        return mark < 0 ? "" : url.substring(mark);
    }

    private static Database open(Path file, String jdbcUrl, boolean toTheDisk, ProcessLock lock)
            throws SQLException, IOException {
        migrate(source(jdbcUrl, toTheDisk));
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(source(jdbcUrl, toTheDisk));
        pool.setConnectionInitSql("PRAGMA query_only = TRUE");
        pool.setMaximumPoolSize(READERS);
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(BUSY_MILLIS * 2L);
        pool.setPoolName("runnel-readers");
        GroupCommit writer = new GroupCommit(source(jdbcUrl, toTheDisk)::getConnection);
        return new Database(
                new HikariDataSource(pool),
                writer,
                new Checkpointer(
                        file,
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

    private static void migrate(SQLiteDataSource source) {
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:db/migration")
                .javaMigrations(new JournalToLog())
                .placeholders(Map.of(
                        "serial", "INTEGER PRIMARY KEY AUTOINCREMENT", "key", "INTEGER PRIMARY KEY", "bytes", "BLOB"))
                .load()
                .migrate();
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
        Path file = file(url);
        if (!Files.isRegularFile(file)) {
            throw new StoreException("there is no database at " + file, new NoSuchFileException(file.toString()));
        }
        try (Connection connection = source("jdbc:sqlite:" + file, false).getConnection();
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

    /** Commits what waits, and closes. */
    @Override
    public void close() {
        writer.close();
        readers.close();
        checkpointer.close();
        lock.close();
    }

    /** Statements that belong together. May run more than once if another's in the same group fail. */
    @FunctionalInterface
    public interface Work<T> {
        /** Runs them. */
        T run(Sql sql) throws SQLException;
    }
}
