package dev.runnel.server.store;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The database: many readers, one writer. Reading happens on the caller's thread, over a small pool. Writing is handed to the
 * {@link GroupCommit}, whose transactions take in all that waits. Thread-safe.
 */
public final class Database implements AutoCloseable {
    private final Connections connections;
    private final GroupCommit writer;

    private Database(Connections connections, GroupCommit writer) {
        this.connections = connections;
        this.writer = writer;
    }

    /** Begins to read and write over these connections, which are closed with it, or if it cannot begin. */
    public static Database on(Connections connections) {
        try {
            Database database = new Database(connections, new GroupCommit(connections));
            connections.begin(database);
            return database;
        } catch (SQLException | RuntimeException e) {
            connections.close();
            throw connections.cannotOpen(e);
        }
    }

    /** A failure of what is to be done before anything else can be, in words for whoever starts a server. */
    public StoreException cannotStart(StoreException failure) {
        return connections.cannotOpen(failure);
    }

    /** Runs queries on the caller's thread. What other transactions committed before is seen. */
    public <T> T read(Work<T> work) {
        try (Sql sql = new Sql(connections.reader(), connections.skipLocked())) {
            return work.run(sql);
        } catch (SQLException e) {
            throw new StoreException("reading failed: " + e.getMessage(), e, connections.outage(e));
        }
    }

    /** Runs statements in the next group commit, and waits until they are durable. */
    public <T> T write(Work<T> work) {
        return begin(work).get();
    }

    /** Hands statements to the next group commit; the answer waits until they are durable. */
    public <T> Supplier<T> begin(Work<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        submit(work, done::complete, done::completeExceptionally);
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

    /** Does something while no transaction is open; the writer waits for it. */
    public void pause(Pause pause) throws SQLException {
        writer.pause(pause);
    }

    /** Commits what waits, and closes. */
    @Override
    public void close() {
        writer.close();
        connections.close();
    }

    /** Closes it, and removes it: for a database that was just made and is not to stay. */
    public void discard() {
        writer.close();
        connections.discard();
    }

    /** Statements that belong together. May run more than once if another's in the same group fail. */
    @FunctionalInterface
    public interface Work<T> {
        /** Runs them. */
        T run(Sql sql) throws SQLException;
    }

    /** What is done while the writer waits. */
    @FunctionalInterface
    public interface Pause {
        /** Does it. */
        void run() throws SQLException;
    }
}
