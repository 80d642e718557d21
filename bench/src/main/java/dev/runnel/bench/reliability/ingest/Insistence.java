package dev.runnel.bench.reliability.ingest;

import dev.runnel.client.ApiException;
import dev.runnel.client.RunnelException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Sends requests again until they are answered. Thread-safe. */
final class Insistence {
    private static final long PAUSE_MILLIS = 50;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    private final Duration patience;
    private final AtomicInteger lost = new AtomicInteger();

    /** @param patience for how long a request is sent again */
    Insistence(Duration patience) {
        this.patience = patience;
    }

    /**
     * The answer.
     *
     * @throws RunnelException if the request is refused for good, or was not answered in time
     */
    <T> T on(Supplier<T> request) throws InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            try {
                return request.get();
            } catch (RunnelException e) {
                if (isRefusal(e) || System.nanoTime() - begun > patience.toNanos()) {
                    throw e;
                }
                if (!e.isRetrySafe()) {
                    lost.incrementAndGet();
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private static boolean isRefusal(RunnelException e) {
        return e instanceof ApiException answer && answer.status() < SERVER_ERROR && answer.status() != CONFLICT
                && answer.status() != TOO_MANY;
    }

    /** How many answers were lost on their way; what those requests created may be there twice. */
    int lost() {
        return lost.get();
    }
}
