package dev.runnel.server.base;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * For whom a thread of the server works: a project, and a thread of messages if there is one. The calls of models ask for it, rather than each of
 * the many methods between.
 *
 * @param project whose request or run it is
 * @param thread the id of the thread whose run it is; null for a request without one
 */
public record Caller(Project project, @Nullable String thread) {
    private static final ScopedValue<Caller> CURRENT = ScopedValue.newInstance();

    /** For whom this thread works; empty if for the server itself. */
    public static Optional<Caller> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    /** Works for this caller. */
    public <R, X extends Throwable> R work(ScopedValue.CallableOp<R, X> work) throws X {
        return ScopedValue.where(CURRENT, this).call(work);
    }
}
