package dev.runnel.client.transport;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When an exchange must be over, if there is a limit. Immutable. */
final class Deadline {
    private final @Nullable Duration total;
    private final long at;

    private Deadline(@Nullable Duration total) {
        this.total = total;
        this.at = total == null ? 0 : System.nanoTime() + total.toNanos();
    }

    /** @param total from now; null for never */
    static Deadline in(@Nullable Duration total) {
        return new Deadline(total);
    }

    /**
     * A wait, shortened to the time that is left.
     *
     * @throws SocketTimeoutException if no time is left
     */
    Duration cut(Duration wait) throws SocketTimeoutException {
        if (total == null) {
            return wait;
        }
        Duration left = Duration.ofNanos(at - System.nanoTime());
        if (left.isNegative() || left.isZero()) {
            throw new SocketTimeoutException("not finished within the total timeout");
        }
        return left.compareTo(wait) < 0 ? left : wait;
    }

    /** Runs an action after the deadline, unless the returned future was completed before. */
    CompletableFuture<Void> whenPassed(Runnable action) {
        CompletableFuture<Void> before = new CompletableFuture<>();
        if (total != null) {
            long left = Math.max(at - System.nanoTime(), 0);
            var unused = before.orTimeout(left, TimeUnit.NANOSECONDS).whenComplete((nothing, late) -> {
                if (late != null) {
                    action.run();
                }
            });
        }
        return before;
    }

    /** The error for a wait that was too long: this deadline's if it has passed, else one of the wait's own. */
    SocketTimeoutException late(String what) {
        try {
            cut(Duration.ZERO);
            return new SocketTimeoutException(what);
        } catch (SocketTimeoutException e) {
            return e;
        }
    }
}
