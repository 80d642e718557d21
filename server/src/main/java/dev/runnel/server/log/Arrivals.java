package dev.runnel.server.log;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Wakes the readers of logs that are not open here when there may be something new. Thread-safe. */
final class Arrivals {
    private final ConcurrentMap<Long, CompletableFuture<Void>> next = new ConcurrentHashMap<>();

    /** The next arrival of a run. To be asked for before one looks whether there is something new. */
    CompletableFuture<Void> next(long run) {
        return next.computeIfAbsent(run, _ -> new CompletableFuture<>());
    }

    /** Waits for an arrival, at most for this long. */
    void await(long run, CompletableFuture<Void> arrival, Duration timeout) throws InterruptedException {
        try {
            arrival.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            arrived(run); // so that nothing is kept of a run that nobody waits for; others that wait look once more
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // it is never completed so
        }
    }

    /** Waits for the next arrival of a run, at most for this long. */
    void await(long run, Duration timeout) throws InterruptedException {
        await(run, next(run), timeout);
    }

    /** Wakes the readers of a run's log. */
    void arrived(long run) {
        CompletableFuture<Void> arrival = next.remove(run);
        if (arrival != null) {
            arrival.complete(null);
        }
    }

    /** Wakes all readers. */
    void all() {
        next.keySet().forEach(this::arrived);
    }
}
