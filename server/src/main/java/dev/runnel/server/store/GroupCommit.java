package dev.runnel.server.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The only writer: a thread that takes all waiting jobs, runs them in one transaction and commits. Groups grow with the
 * load: under a high load many jobs share the cost of a commit, and under a low load a job hardly waits.
 *
 * <p>If one job of a group fails, the group is rolled back and each job is committed by itself, so that one job's
 * failure does not affect the others. A job that the database ended because other nodes and it waited for each other is run
 * again. An outage that concerns all jobs fails the whole group.
 */
final class GroupCommit implements Connections.Writer, AutoCloseable {
    private static final int MAX_GROUP = 4_096;

    /** How often a job is run that the database ends for the sake of other nodes. Each time a second or so has passed. */
    private static final int MAX_TRIES = 3;

    /**
     * After a commit the writer rests, so that the next group can gather. It rests for as long as the commit took, or
     * for this long for each of its jobs if that is longer. Below 20,000 jobs a second the rest adds next to nothing.
     * Above, it grows to its limit at once: a large group makes each job cheap, and wakes all readers together, while a
     * processor is awake.
     */
    private static final long REST_NANOS_PER_JOB = 50_000;

    private static final long MAX_REST_NANOS = 3_000_000;

    /** How often to look whether a database is back that was away. */
    private static final long BETWEEN_TRIES_NANOS = 200_000_000;

    /** The time of an outage that there is not. */
    private static final long HERE = Long.MIN_VALUE;

    private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());

    private final Connections connections;
    private final LinkedBlockingQueue<Job<?>> queue = new LinkedBlockingQueue<>();
    private final Thread thread;

    /** Held by the writer while it writes. Fair, because the writer releases it only for a moment between groups. */
    private final ReentrantLock turn = new ReentrantLock(true);

    // For the writer's thread only. Null after a failure, until the next group.
    private @Nullable Sql sql;

    /** Work that waits for the database to come back. */
    private final List<Job<?>> waiting = new ArrayList<>();

    /** When the commit under way began: a database that does not answer has been away since then. */
    private long begun;

    private long awaySince = HERE;
    private boolean closing;

    // Guarded by this.
    private boolean closed;

    GroupCommit(Connections connections) throws SQLException {
        this.connections = connections;
        this.sql = connect();
        this.thread = Thread.ofPlatform().name("runnel-writer").daemon().start(this::commitUntilClosed);
    }

    private Sql connect() throws SQLException {
        return new Sql(connections.writer(), connections.shared());
    }

    void submit(Job<?> job) {
        synchronized (this) {
            if (!closed) {
                queue.add(job);
                return;
            }
        }
        job.failed(new IllegalStateException("the database is closed"), Optional.empty());
    }

    private void commitUntilClosed() {
        List<Job<?>> group = new ArrayList<>();
        try {
            while (!closing) {
                if (waiting.isEmpty()) {
                    group.add(queue.take());
                } else {
                    LockSupport.parkNanos(BETWEEN_TRIES_NANOS);
                    group.addAll(waiting);
                    waiting.clear();
                }
                queue.drainTo(group, MAX_GROUP);
                closing = group.removeIf(job -> job == Job.END);
                long start = System.nanoTime();
                commitInTurn(group);
                rest(System.nanoTime() - start, group.size());
                group.clear();
            }
            closeQuietly();
        } catch (InterruptedException | RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "the database writer failed; the server cannot write any more", e);
            giveUp(group, e);
        }
    }

    private static void rest(long tookNanos, int jobs) {
        LockSupport.parkNanos(Math.min(Math.max(tookNanos, jobs * REST_NANOS_PER_JOB), MAX_REST_NANOS));
    }

    /** Fails all waiting jobs: no caller may wait for a writer that has ended. */
    private void giveUp(List<Job<?>> group, Throwable cause) {
        synchronized (this) {
            closed = true;
            group.addAll(waiting);
            queue.drainTo(group);
        }
        group.forEach(job -> job.failed(cause, connections.outage(cause)));
    }

    @Override
    public void pause(Connections.Pause pause) throws SQLException {
        turn.lock();
        try {
            pause.run();
        } finally {
            turn.unlock();
        }
    }

    private void commitInTurn(List<Job<?>> group) {
        turn.lock();
        try {
            begun = System.nanoTime();
            commit(group, MAX_TRIES);
        } finally {
            turn.unlock();
        }
    }

    /** @param tries how often, at most, a job by itself is run if it loses against other nodes */
    private void commit(List<Job<?>> group, int tries) {
        try {
            Sql open = connected();
            open.connection().setAutoCommit(false);
            for (Job<?> job : group) {
                job.run(open);
            }
            open.writeGathered();
            // This commits. commit() would also begin the next transaction, and so keep the database locked.
            open.connection().setAutoCommit(true);
        } catch (SQLException | RuntimeException e) {
            rollback();
            Optional<Outage> outage = connections.outage(e);
            boolean concernsAll = outage.filter(Outage::concernsAll).isPresent();
            if (concernsAll) {
                closeQuietly(); // another connection may be better
                away(group, e, outage);
            } else if (group.size() > 1) {
                for (Job<?> job : group) {
                    commit(List.of(job), MAX_TRIES);
                }
            } else if (tries > 1 && connections.isDeadlock(e)) {
                commit(group, tries - 1);
            } else {
                group.forEach(job -> job.failed(e, outage));
            }
            return;
        }
        awaySince = HERE;
        group.forEach(Job::committed);
    }

    /**
     * After an outage of the whole database: the work of requests fails at once. That of runs under way waits until the
     * database is back, or the patience is over.
     */
    private void away(List<Job<?>> group, Exception cause, Optional<Outage> outage) {
        if (awaySince == HERE) {
            awaySince = begun;
        }
        boolean waits = !closing && System.nanoTime() - awaySince < connections.patience().toNanos();
        for (Job<?> job : group) {
            if (waits && job.patient) {
                waiting.add(job);
            } else {
                job.failed(cause, outage);
            }
        }
    }

    /**
     * Rolls the transaction back. After some failures, such as a full disk, SQLite has rolled back by itself and this
     * rollback fails; the connection is then opened again. That is logged at debug level only, because the job that
     * failed first reports the fault.
     */
    private void rollback() {
        Sql current = sql;
        if (current == null) {
            return;
        }
        current.dropGathered();
        try {
            current.connection().rollback();
            current.connection().setAutoCommit(true);
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "the database writer opens its connection again: {0}", e.getMessage());
            closeQuietly();
        }
    }

    /** The connection, opened again if a failure closed it: the fault may have passed by now. */
    private Sql connected() throws SQLException {
        Sql current = sql;
        if (current == null) {
            current = connect();
            sql = current;
        }
        return current;
    }

    private void closeQuietly() {
        try {
            if (sql != null) {
                sql.close();
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "the old connection did not close well", e);
        } finally {
            sql = null;
        }
    }

    /** Commits all waiting jobs, then ends the thread and closes the connection. */
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

    /** Work for the writer's thread, and the listeners for its result. */
    static final class Job<T> {
        private static final Job<Boolean> END = new Job<>(sql -> true, done -> {}, failure -> {}, false);

        private final Sql.Work<T> work;
        private final Consumer<T> committed;
        private final Consumer<RuntimeException> failed;
        private final boolean patient;
        private @Nullable T result;

        /**
         * A job.
         *
         * @param patient whether it waits for a database that is away for a moment; otherwise it fails
         */
        Job(Sql.Work<T> work, Consumer<T> committed, Consumer<RuntimeException> failed, boolean patient) {
            this.patient = patient;
            this.work = work;
            this.committed = committed;
            this.failed = failed;
        }

        private void run(Sql sql) throws SQLException {
            result = work.run(sql);
        }

        private void committed() {
            tell(() -> committed.accept(result));
        }

        private void failed(Throwable cause, Optional<Outage> outage) {
            tell(() -> failed.accept(switch (cause) {
                case StoreException known -> known;
                case RefusedException refusal -> refusal;
                default -> new StoreException("writing failed: " + cause.getMessage(), cause, outage);
            }));
        }

        /** A fault of a listener must not end the writer. */
        private static void tell(Runnable listener) {
            try {
                listener.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a listener to the writer failed", e);
            }
        }
    }
}
