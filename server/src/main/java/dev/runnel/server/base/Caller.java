package dev.runnel.server.base;

import java.util.Optional;

/**
 * For whom a thread of the server calls a model. The calls of models ask for it, rather than each of the many methods between.
 *
 * @param thread the id of the thread of messages whose run it is
 * @param run the run's id
 */
public record Caller(String thread, String run) {
    private static final ScopedValue<Caller> CURRENT = ScopedValue.newInstance();

    /** For whom this thread works; empty if for a request without a run, or for the server itself. */
    public static Optional<Caller> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    /** Works for this caller. */
    public <R, X extends Throwable> R work(ScopedValue.CallableOp<R, X> work) throws X {
        return ScopedValue.where(CURRENT, this).call(work);
    }
}
