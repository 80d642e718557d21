package dev.runnel.server.engine.upkeep;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.DueStore;
import dev.runnel.server.store.rows.DueStore.Due;
import dev.runnel.server.time.Timers;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Does work when it is due. Rows in the database say what is due; the first node to take a row runs the worker of its
 * kind. If a worker fails, or its node dies, the work is taken again when the lease is over, so work may be begun
 * twice. Thread-safe.
 *
 * <p>The wall clock may jump. If it is set forward, work whose time it has passed is due. If it is set back, the time
 * left until work is due stays the same.
 */
public final class DueWork implements AutoCloseable {
    /** How often to look for due work: work may begin this much late. */
    private static final Duration LOOK = Duration.ofMillis(200);

    /** How long a worker may take before the work is taken again. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);
    private static final int TAKEN_AT_ONCE = 100;
    private static final long JUMP_MILLIS = 1_000;
    private static final String OWNER = "this process";
    private static final System.Logger LOG = System.getLogger(DueWork.class.getName());

    private final Database database;
    private final InstantSource clock;
    private final Timers timers;
    private final Map<String, Kind> kinds;
    private final ExecutorService working = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("due-work").factory());
    private final Timers.Timer look;

    // For the looking thread, of which there is one at a time.
    private boolean begun;
    private long wall;
    private long nanos;
    private long resumeAt;

    /**
     * A kind of work.
     *
     * @param name the kind's name in the rows
     * @param always whether the work is due at each start, for the subject {@code ""}; otherwise other code puts the
     *     rows
     * @param worker does the work
     */
    public record Kind(String name, boolean always, Worker worker) {}

    /** Does one kind of work. */
    @FunctionalInterface
    public interface Worker {
        /**
         * Does the work, on a virtual thread, in less than a lease of 30 seconds.
         *
         * @param subject what the work is about, such as a run's id
         * @return after what time the work is due again; empty if it is done for good
         */
        Optional<Duration> work(String subject);
    }

    /**
     * Starts to look for due work.
     *
     * @param clock says when work is due. Where several nodes share a database, it must follow the database's clock and
     *     never go back
     */
    public DueWork(Database database, InstantSource clock, Timers timers, List<Kind> kinds) {
        this.database = database;
        this.clock = clock;
        this.timers = timers;
        this.kinds = kinds.stream().collect(Collectors.toUnmodifiableMap(Kind::name, kind -> kind));
        this.wall = clock.millis();
        this.nanos = timers.nanoTime();
        this.resumeAt = nanos;
        this.look = timers.every(LOOK, this::look);
    }

    private void look() {
        if (timers.nanoTime() - resumeAt < 0) {
            return;
        }
        try {
            begin();
            followClock();
            long now = clock.millis();
            if (database.read(sql -> DueStore.isAnyDue(sql, now))) {
                take(now);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "cannot look for due work", e);
            resumeAt = timers.nanoTime() + PAUSE_AFTER_FAILURE.toNanos();
        }
    }

    /**
     * Puts the rows of the work that is due at each start. Not done in the constructor, so that a server whose disk is
     * full can start.
     */
    private void begin() {
        if (!begun) {
            database.write(sql -> {
                for (Kind kind : kinds.values()) {
                    if (kind.always()) {
                        DueStore.put(sql, kind.name(), "", clock.millis());
                    }
                }
                return true;
            });
            begun = true;
        }
    }

    private void followClock() {
        long newWall = clock.millis();
        long newNanos = timers.nanoTime();
        long back = TimeUnit.NANOSECONDS.toMillis(newNanos - nanos) - (newWall - wall);
        if (back >= JUMP_MILLIS) {
            database.write(sql -> {
                DueStore.shift(sql, back);
                return true;
            });
        }
        if (back >= JUMP_MILLIS || back < 0) {
            wall = newWall;
            nanos = newNanos;
        }
    }

    private void take(long now) {
        List<Due> taken = database.write(
                sql -> DueStore.take(sql, OWNER, now, now + LEASE.toMillis(), TAKEN_AT_ONCE));
        for (Due due : taken) {
            Kind kind = kinds.get(due.kind());
            if (kind != null) { // otherwise the kind is a later version's, which takes the row when the lease is over
                working.execute(() -> work(kind.worker(), due));
            }
        }
    }

    private void work(Worker worker, Due due) {
        try {
            Optional<Duration> again = worker.work(due.subject());
            database.write(sql -> again.isPresent()
                    ? DueStore.putOff(sql, due, clock.millis() + again.get().toMillis())
                    : DueStore.done(sql, due));
        } catch (RuntimeException e) {
            if (!working.isShutdown()) {
                LOG.log(Level.WARNING, "due work failed, and is tried again: " + due.kind(), e);
            }
        }
    }

    /** Takes no more work, and waits at most 5 seconds for the workers to end. */
    @Override
    public void close() {
        look.close();
        working.shutdown();
        try {
            working.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
