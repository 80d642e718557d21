package dev.runnel.server.engine.upkeep;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.DueStore;
import dev.runnel.server.store.rows.DueStore.Due;
import dev.runnel.server.time.Timers;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Does work when it is due. Rows in the database say what is due; the first node to take a row runs the worker of its
 * kind. The row stays this node's while the worker runs. If a worker fails, or its node dies, the work is taken again when
 * the lease is over, so work may be begun twice. Thread-safe.
 *
 * <p>The wall clock may jump. If it is set forward, work whose time it has passed is due. If it is set back, the time
 * left until work is due stays the same.
 */
public final class DueWork implements AutoCloseable {
    /** How often to look for due work: work may begin this much late. */
    private static final Duration LOOK = Duration.ofMillis(200);

    /** How long after the last renewal the work is taken again. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final Duration BETWEEN_RENEWALS = Duration.ofSeconds(10);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);
    private static final int USUALLY_AT_ONCE = 100;
    private static final long JUMP_MILLIS = 1_000;
    private static final System.Logger LOG = System.getLogger(DueWork.class.getName());

    private final Database database;
    private final InstantSource clock;
    private final Timers timers;
    private final String node;
    private final List<Room> rooms;
    private final Set<Due> underWay = ConcurrentHashMap.newKeySet();
    private final Timers.Timer look;

    // For the looking thread, of which there is one at a time.
    private boolean begun;
    private long wall;
    private long nanos;
    private long renewed;
    private long resumeAt;

    /**
     * A kind of work.
     *
     * @param name the kind's name in the rows
     * @param always whether the work is due at each start, for the subject {@code ""}; otherwise other code puts the
     *     rows
     * @param atOnce how many rows this node works on at the same time; the others wait. Rows of a turn are taken in the order
     *     in which they became due, and one row of each turn after the other
     * @param threads run the worker
     * @param worker does the work
     */
    public record Kind(String name, boolean always, int atOnce, ThreadFactory threads, Worker worker) {
        /** A kind of which a hundred rows may be worked on at the same time, on virtual threads. */
        public static Kind of(String name, boolean always, Worker worker) {
            return new Kind(name, always, USUALLY_AT_ONCE, Thread.ofVirtual().name("due-work").factory(), worker);
        }
    }

    /** The room for work of one kind: how many more rows may be taken, what runs the worker, and whose turn was last. */
    private static final class Room {
        private final Kind kind;
        private final Semaphore free;
        private final ExecutorService working;
        private volatile String lastTurn = DueStore.NO_TURN;

        Room(Kind kind) {
            this.kind = kind;
            this.free = new Semaphore(kind.atOnce());
            this.working = Executors.newThreadPerTaskExecutor(kind.threads());
        }
    }

    /** Does one kind of work. */
    @FunctionalInterface
    public interface Worker {
        /**
         * Does the work, on one of its kind's threads.
         *
         * @param due what the work is about, such as a run's id; with it, a transaction can check that the work is still
         *     this node's
         * @return after what time the work is due again; empty if it is done for good
         */
        Optional<Duration> work(Due due);
    }

    /**
     * Starts to look for due work.
     *
     * @param node this process among those that share the database. What an earlier process of this name had taken is due at
     *     once
     * @param clock says when work is due. Where several nodes share a database, it must follow the database's clock and
     *     never go back
     */
    public DueWork(Database database, String node, InstantSource clock, Timers timers, List<Kind> kinds) {
        this.database = database;
        this.node = node;
        this.clock = clock;
        this.timers = timers;
        this.rooms = kinds.stream().map(Room::new).toList();
        this.wall = clock.millis();
        this.nanos = timers.nanoTime();
        this.renewed = nanos;
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
            renew();
            takeDue();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "cannot read due background work from the database", e);
            resumeAt = timers.nanoTime() + PAUSE_AFTER_FAILURE.toNanos();
        }
    }

    /**
     * Frees what an earlier process had taken, and puts the rows of the work that is due at each start. Not done in the
     * constructor, so that a server whose disk is full can start.
     */
    private void begin() {
        if (!begun) {
            database.write(sql -> {
                DueStore.free(sql, node, clock.millis());
                for (Room room : rooms) {
                    if (room.kind.always()) {
                        DueStore.put(sql, room.kind.name(), "", clock.millis());
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

    private void renew() {
        if (timers.nanoTime() - renewed >= BETWEEN_RENEWALS.toNanos()) {
            renewed = timers.nanoTime();
            List<Due> mine = List.copyOf(underWay);
            if (!mine.isEmpty()) {
                long until = clock.millis() + LEASE.toMillis();
                database.write(sql -> {
                    for (Due due : mine) {
                        DueStore.renew(sql, due, until);
                    }
                    return true;
                });
            }
        }
    }

    /** Takes the rows that are due, of each kind as many as there is room for. When nothing is due this is one read. */
    private void takeDue() {
        long now = clock.millis();
        List<Room> due = database.read(sql -> {
            List<Room> found = new ArrayList<>();
            for (Room room : rooms) {
                if (DueStore.isAnyDue(sql, room.kind.name(), now)) {
                    found.add(room);
                }
            }
            return found;
        });
        due.forEach(room -> take(room, now));
    }

    private void take(Room room, long now) {
        int free = room.free.drainPermits();
        int taken = 0;
        try {
            if (free > 0) {
                for (Due due : database.write(sql -> take(sql, room, now, free))) {
                    underWay.add(due);
                    room.working.execute(() -> work(room, due));
                    taken++;
                }
            }
        } finally {
            room.free.release(free - taken);
        }
    }

    /** Takes one row of each turn after the other, from behind the turn that was last on this node. Work without turns is taken at once. */
    private List<Due> take(Sql sql, Room room, long now, int free) throws SQLException {
        String kind = room.kind.name();
        List<Due> taken = new ArrayList<>();
        boolean more = true;
        while (more && taken.size() < free) {
            Optional<String> turn = DueStore.turnAfter(sql, kind, room.lastTurn, now);
            if (turn.isPresent()) {
                int some = turn.get().equals(DueStore.NO_TURN) ? free - taken.size() : 1;
                more = taken.addAll(DueStore.take(sql, kind, turn.get(), node, now, now + LEASE.toMillis(), some));
                room.lastTurn = turn.get();
            } else {
                more = false;
            }
        }
        return taken;
    }

    private void work(Room room, Due due) {
        try {
            Optional<Duration> again = room.kind.worker().work(due);
            database.write(sql -> again.isPresent()
                    ? DueStore.putOff(sql, due, clock.millis() + again.get().toMillis())
                    : DueStore.done(sql, due));
        } catch (RuntimeException e) {
            if (!room.working.isShutdown()) {
                LOG.log(Level.WARNING, "background work of the kind " + due.kind() + " failed; the server tries again",
                        e);
            }
        } finally {
            underWay.remove(due);
            room.free.release();
        }
        takeMore(room);
    }

    /** Takes the next rows as soon as there is room, and not at the next look. */
    private void takeMore(Room room) {
        try {
            if (!room.working.isShutdown()) {
                takeDue();
            }
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "cannot take more background work before the next look", e);
        }
    }

    /** Takes no more work, waits at most 5 seconds for the workers to end, and interrupts those that have not. */
    @Override
    public void close() {
        look.close();
        rooms.forEach(room -> room.working.shutdown());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        try {
            for (Room room : rooms) {
                if (!room.working.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    room.working.shutdownNow();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
