package dev.runnel.client.transport;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Connections between two requests, the latest first. It keeps no more than were in use at the same time within the limit.
 * Thread-safe.
 *
 * <p>A request fails on a connection that the server is just closing. A POST cannot simply be sent again then, because the
 * server may have carried it out. So a connection is kept for less time than servers keep it, and checked before its use.
 */
final class IdleConnections {
    private final Duration limit;

    // Guarded by this.
    private final Map<Origin, ArrayDeque<Idle>> idle = new HashMap<>();
    private boolean swept;

    private record Idle(Connection connection, long since) {}

    /** @param limit how long a connection may be used again */
    IdleConnections(Duration limit) {
        this.limit = limit;
    }

    /** A usable connection to an origin; null if there is none. */
    @Nullable
    Connection take(Origin origin) {
        for (Idle latest; (latest = poll(origin)) != null;) {
            if (!isOver(latest) && latest.connection().isQuiet()) {
                return latest.connection();
            }
            latest.connection().close();
        }
        return null;
    }

    private synchronized @Nullable Idle poll(Origin origin) {
        ArrayDeque<Idle> waiting = idle.get(origin);
        return waiting == null ? null : waiting.pollLast();
    }

    synchronized void put(Connection connection) {
        idle.computeIfAbsent(connection.origin(), origin -> new ArrayDeque<>())
                .addLast(new Idle(connection, System.nanoTime()));
        if (!swept) {
            swept = true;
            Thread sweeper = new Thread(this::sweep, "runnel-idle-connections");
            sweeper.setDaemon(true);
            sweeper.start();
        }
    }

    /** Closes each connection when its time is over, until none is left. */
    private void sweep() {
        try {
            for (long left = limit.toNanos(); left > 0; left = closeOld()) {
                Thread.sleep(Duration.ofNanos(left).toMillis() + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by nobody
        }
    }

    /** Returns in how many nanoseconds the next connection's time is over; 0 or less if there is none. */
    private synchronized long closeOld() {
        for (ArrayDeque<Idle> waiting : idle.values()) {
            for (Idle oldest; (oldest = waiting.peekFirst()) != null && isOver(oldest);) {
                waiting.removeFirst();
                oldest.connection().close();
            }
        }
        idle.values().removeIf(ArrayDeque::isEmpty);
        swept = !idle.isEmpty();
        return swept ? untilNext() : 0;
    }

    private long untilNext() {
        long now = System.nanoTime();
        long oldest = idle.values().stream()
                .mapToLong(waiting -> now - waiting.getFirst().since())
                .max().orElseThrow();
        return Math.max(1, limit.toNanos() - oldest);
    }

    private boolean isOver(Idle connection) {
        return System.nanoTime() - connection.since() > limit.toNanos();
    }
}
