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
 * Has work done at its time, once, by whichever node takes it first: rows say what is due, and a worker for each kind does it. A worker
 * that fails, or that dies with its node, is followed by another when its lease is over, so work may be begun twice. Thread-safe.
 *
 * <p>The wall clock may jump. If it is set forward, work that it has passed is due. If it is set back, work is due when as much time has
 * passed as there was left.
 */
public final class DueWork implements AutoCloseable {
    /** By how much work may be late. */
    private static final Duration LOOK = Duration.ofMillis(200);

    /** How long a worker may take. */
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

    // Of the looking thread, which is one at a time.
    private boolean begun;
    private long wall;
    private long nanos;
    private long resumeAt;

    /**
     * A kind of work.
     *
     * @param name as rows have it
     * @param always whether it is due at each start, for the subject {@code ""}; else others put the rows
     * @param worker does it
     */
    public record Kind(String name, boolean always, Worker worker) {}

    /** Does one kind of work. */
    @FunctionalInterface
    public interface Worker {
        /**
         * Does it, on a virtual thread, in less than a lease.
         *
         * @param subject what it is about
         * @return after what time it is due again; empty if it is done for good
         */
        Optional<Duration> work(String subject);
    }

    /**
     * Begins.
     *
     * @param clock by which work is due. Where several nodes share a database it must follow that one's clock, and never go back
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
            LOG.log(Level.WARNING, "what is due could not be looked for", e);
            resumeAt = timers.nanoTime() + PAUSE_AFTER_FAILURE.toNanos();
        }
    }

    /** Not in the constructor: a server whose disk is full starts all the same. */
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
            if (kind != null) { // else it is a later version's, which takes it when the lease is over
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
                LOG.log(Level.WARNING, "what was due could not be done, and is tried again: " + due.kind(), e);
            }
        }
    }

    /** Takes no more work, and waits for what is being done, for at most some seconds. */
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
