package dev.runnel.server.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The database: many readers, one writer. Reads run on the caller's thread, over a small pool. Writes go to the
 * {@link GroupCommit}, which puts all waiting work into one transaction. Thread-safe.
 */
public final class Database implements AutoCloseable {
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private final Connections connections;
    private final GroupCommit writer;

    private Database(Connections connections, GroupCommit writer) {
        this.connections = connections;
        this.writer = writer;
    }

    /**
     * Opens a database over these connections. They are closed with the database, or at once if it cannot be opened.
     */
    public static Database on(Connections connections) {
        try {
            GroupCommit writer = new GroupCommit(connections);
            connections.begin(writer);
            return new Database(connections, writer);
        } catch (SQLException | RuntimeException e) {
            connections.close();
            throw connections.cannotOpen(e);
        }
    }

    /** The exception for a failed step of a server's start, with a message for the operator. */
    public StoreException cannotStart(StoreException failure) {
        return connections.cannotOpen(failure);
    }

    /** Runs queries on the caller's thread. The queries see all transactions that were committed before. */
    public <T> T read(Sql.Work<T> work) {
        try {
            return connections.read(work);
        } catch (SQLException e) {
            throw new StoreException("reading failed: " + e.getMessage(), e, connections.outage(e));
        }
    }

    /**
     * As {@link #read}, but if the database is away for a moment, waits for it, up to the {@linkplain Connections#patience patience} of
     * its kind.
     */
    public <T> T readPatiently(Sql.Work<T> work) throws InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            try {
                return read(work);
            } catch (StoreException e) {
                if (e.outage().isEmpty() || System.nanoTime() - begun >= connections.patience().toNanos()) {
                    throw e;
                }
                Thread.sleep(BETWEEN_TRIES);
            }
        }
    }

    /** Runs statements in the next group commit, and waits until they are durable. */
    public <T> T write(Sql.Work<T> work) {
        return begin(work).get();
    }

    /** Hands statements to the next group commit; the returned supplier waits until they are durable. */
    public <T> Supplier<T> begin(Sql.Work<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        writer.submit(new GroupCommit.Job<>(work, done::complete, done::completeExceptionally, false));
        return () -> {
            try {
                return done.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        };
    }

    /**
     * Hands statements to the next group commit and returns at once. If the database is away for a moment, they wait for
     * it, up to the {@linkplain Connections#patience patience} of its kind; those of {@link #write} and {@link #begin} fail.
     *
     * @param committed called by the writer's thread when they are durable; must be quick
     * @param failed called by the writer's thread if they are not
     */
    public <T> void submit(
            Sql.Work<T> work,
            Consumer<T> committed,
            Consumer<RuntimeException> failed) {
        writer.submit(new GroupCommit.Job<>(work, committed, failed, true));
    }

    /** How long those who read a run wait for a database that is away. */
    public Duration patience() {
        return connections.patience();
    }

    /** Commits all waiting work, and closes the database. */
    @Override
    public void close() {
        writer.close();
        connections.close();
    }

    /** Closes and removes the database: for one that was just created and is not to stay. */
    public void discard() {
        writer.close();
        connections.discard();
    }
}
