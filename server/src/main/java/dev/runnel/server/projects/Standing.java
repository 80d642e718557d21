package dev.runnel.server.projects;

import dev.runnel.server.base.Allowance;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The rest of a project's limits a minute, on this node.
 *
 * @param requests null without a limit
 * @param tokens null without a limit
 */
public record Standing(@Nullable Left requests, @Nullable Left tokens) {
    /** Without limits. */
    public static final Standing UNLIMITED = new Standing(null, null);

    /**
     * The rest of one limit.
     *
     * @param reset after which time all of it is left
     */
    public record Left(int limit, long left, Duration reset) {
        static @Nullable Left of(@Nullable Allowance allowance, long now) {
            return allowance == null
                    ? null
                    : new Left(allowance.perMinute(), allowance.left(now), Duration.ofNanos(allowance.reset(now)));
        }
    }
}
