package dev.runnel.bench.reliability;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How far the readers of a round are, all together. Thread-safe. */
final class Progress {
    private static final long NONE = Long.MIN_VALUE;

    private final AtomicLong events = new AtomicLong();
    private final AtomicLong firstNanos = new AtomicLong(NONE);
    private final AtomicInteger kills = new AtomicInteger();

    /** An event came over a connection that was opened after so many kills. */
    void event(int killsBefore) {
        events.incrementAndGet();
        if (killsBefore > 0 && killsBefore == kills.get()) {
            firstNanos.compareAndSet(NONE, System.nanoTime());
        }
    }

    long events() {
        return events.get();
    }

    int kills() {
        return kills.get();
    }

    /** Told before the server is started again; by one thread. */
    void killed() {
        kills.incrementAndGet();
        firstNanos.set(NONE);
    }

    /** From a time to the first event after the last kill; none if nobody had anything left to see. */
    OptionalLong nanosToFirstEvent(long since) {
        long first = firstNanos.get();
        return first == NONE ? OptionalLong.empty() : OptionalLong.of(first - since);
    }
}
