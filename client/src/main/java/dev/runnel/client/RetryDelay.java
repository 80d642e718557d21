package dev.runnel.client;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The wait before another try: as long as the server asks, or else half a second, doubled each time up to 8 seconds, minus a
 * random part of up to a quarter, as in the official SDKs. If the server asks for more than a minute, there is no other try:
 * the caller decides whether to wait that long.
 */
final class RetryDelay {
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final long FIRST_MILLIS = 500;
    private static final long MAX_MILLIS = 8_000;

    private RetryDelay() {}

    /**
     * Waits before the next try.
     *
     * @param retry how many retries there were already
     * @param left the time that is left; null for no limit
     * @param closed opens when the client is closed, which ends the wait
     * @return false, without waiting, if another try would come too late
     * @throws ClosedStreamException if the thread is interrupted or the client closed
     */
    static boolean sleep(
            RunnelException failure, int retry, @Nullable Duration left, CountDownLatch closed) {
        Duration delay = asked(failure);
        if (delay == null) {
            delay = backoff(retry);
        }
        if (delay.compareTo(MAX_WAIT) > 0 || (left != null && delay.compareTo(left) >= 0)) {
            return false;
        }
        pause(delay, failure, closed);
        return true;
    }

    private static @Nullable Duration asked(RunnelException failure) {
        if (failure instanceof BrokenStreamException broken) {
            return broken.retry();
        }
        return failure instanceof ApiException refusal ? refusal.retryAfter().orElse(null) : null;
    }

    private static Duration backoff(int retry) {
        long millis = Math.min(FIRST_MILLIS << Math.min(retry, 10), MAX_MILLIS);
        return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 4 + 1));
    }

    private static void pause(Duration delay, RunnelException failure, CountDownLatch closed) {
        try {
            if (closed.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
                throw ended("the client was closed before another try", null, failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ended("interrupted before another try", e, failure);
        }
    }

    private static ClosedStreamException ended(
            String reason, @Nullable InterruptedException cause, RunnelException failure) {
        ClosedStreamException ended = new ClosedStreamException(reason, cause);
        ended.addSuppressed(failure);
        return ended;
    }
}
