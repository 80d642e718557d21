package dev.runnel.server.engine.runs;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Has runs expire. The wall clock may jump, so a run expires when its time has come by that clock, or when as much time has passed as
 * there was left by it, whichever is first. Thread-safe.
 */
final class Expiries {
    private static final long LOOK_MILLIS = 200;

    private final InstantSource clock;
    private final Consumer<RunSession> expire;
    private final Map<RunSession, Due> due = new ConcurrentHashMap<>();

    /**
     * Begins to look.
     *
     * @param timer whose this work is, a moment each time
     * @param expire called once for each run, on a virtual thread
     */
    Expiries(ScheduledExecutorService timer, InstantSource clock, Consumer<RunSession> expire) {
        this.clock = clock;
        this.expire = expire;
        Future<?> _ = timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** In milliseconds since the epoch, and of the clock that only goes forward. */
    private record Due(long wall, long nanos) {
        boolean isPast(long nowWall, long nowNanos) {
            return wall <= nowWall || nanos - nowNanos <= 0;
        }
    }

    /** Has a run expire at this time, in seconds since the epoch. */
    void add(RunSession session, long expiresAt) {
        long wall = TimeUnit.SECONDS.toMillis(expiresAt);
        long left = Math.max(0, wall - clock.millis());
        due.put(session, new Due(wall, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(left)));
    }

    /** Has a run not expire any more. */
    void remove(RunSession session) {
        due.remove(session);
    }

    private void look() {
        long wall = clock.millis();
        long nanos = System.nanoTime();
        due.forEach((session, when) -> {
            if (when.isPast(wall, nanos) && due.remove(session, when)) {
                Thread.ofVirtual().name("expire-" + session.runId()).start(() -> expire.accept(session));
            }
        });
    }
}
