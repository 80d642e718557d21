package dev.runnel.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one writer: a thread that takes whatever waits, runs it in one transaction and commits. The busier it is, the larger the
 * group, so the price of a commit is shared when it matters and hardly waited for when it does not.
 *
 * <p>If one job of a group fails, the group is rolled back and each job is then committed by itself, so that a failure is its
 * own only.
 */
final class GroupCommit implements AutoCloseable {
    private static final int MAX_GROUP = 4_096;

    /** After a commit the writer rests for as long as it took, and lets the next group gather: at most this long. */
    private static final long MAX_REST_NANOS = 5_000_000;

    private final Sql sql;
    private final LinkedBlockingQueue<Job<?>> queue = new LinkedBlockingQueue<>();
    private final Thread thread;

    // Guarded by this.
    private boolean closed;

    GroupCommit(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        this.sql = new Sql(connection);
        this.thread = Thread.ofPlatform().name("runnel-writer").daemon().start(this::commitUntilClosed);
    }

    void submit(Job<?> job) {
        synchronized (this) {
            if (!closed) {
                queue.add(job);
                return;
            }
        }
        job.failed.accept(new StoreException("the database is closed", new IllegalStateException("closed")));
    }

    private void commitUntilClosed() {
        List<Job<?>> group = new ArrayList<>();
        try (sql) {
            for (boolean last = false; !last;) {
                group.add(queue.take());
                queue.drainTo(group, MAX_GROUP);
                last = group.removeIf(job -> job == Job.END);
                long start = System.nanoTime();
                commit(group);
                group.clear();
                LockSupport.parkNanos(Math.min(System.nanoTime() - start, MAX_REST_NANOS));
            }
        } catch (SQLException | InterruptedException e) {
            // Closing failed, or nobody waits any more: all that was committed is safe.
            System.getLogger(GroupCommit.class.getName()).log(System.Logger.Level.WARNING, "writer ended", e);
        }
    }

    private void commit(List<Job<?>> group) throws SQLException {
        try {
            group.forEach(this::run);
            sql.connection().commit();
        } catch (SQLException | RuntimeException e) {
            sql.connection().rollback();
            if (group.size() == 1) {
                group.getFirst().failed(e);
            } else {
                for (Job<?> job : group) {
                    commit(List.of(job));
                }
            }
            return;
        }
        group.forEach(Job::committed);
    }

    private void run(Job<?> job) {
        try {
            job.run(sql);
        } catch (SQLException e) {
            throw new StoreException("writing failed: " + e.getMessage(), e);
        }
    }

    /** Commits what waits, then ends the thread and closes the connection. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            queue.add(Job.END);
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Work for the writer's thread, and who wants to know how it went. */
    static final class Job<T> {
        private static final Job<Boolean> END = new Job<>(sql -> true, done -> {}, failure -> {});

        private final Database.Work<T> work;
        private final Consumer<T> committed;
        private final Consumer<RuntimeException> failed;
        private @Nullable T result;

        Job(Database.Work<T> work, Consumer<T> committed, Consumer<RuntimeException> failed) {
            this.work = work;
            this.committed = committed;
            this.failed = failed;
        }

        private void run(Sql sql) throws SQLException {
            result = work.run(sql);
        }

        private void committed() {
            committed.accept(result);
        }

        private void failed(Exception e) {
            failed.accept(e instanceof RuntimeException unchecked ? unchecked : new StoreException("commit failed", e));
        }
    }
}
