package dev.runnel.server.projects;

import dev.runnel.protocol.ApiError;
import dev.runnel.server.base.Project;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A project has reached one of its limits. Nothing was changed. */
public final class LimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final String RATE = "rate_limit_exceeded";
    private static final String QUOTA = "insufficient_quota";

    /** When a run may have ended: runs do not say before. */
    private static final Duration A_RUN = Duration.ofSeconds(5);

    private final transient ApiError error;
    private final @Nullable Duration retryAfter;
    private final boolean passes;

    private LimitException(ApiError error, @Nullable Duration retryAfter, boolean passes) {
        super(error.message());
        this.error = error;
        this.retryAfter = retryAfter;
        this.passes = passes;
    }

    private static LimitException rate(String message, String type, Duration retryAfter) {
        return new LimitException(new ApiError(message, type, null, RATE), retryAfter, true);
    }

    private static LimitException quota(String message, @Nullable Duration retryAfter) {
        return new LimitException(new ApiError(message, QUOTA, null, QUOTA), retryAfter, false);
    }

    /** Too many requests in a minute. */
    static LimitException requests(Project project, int limit, Duration retryAfter) {
        return rate("Rate limit reached for project `" + project.name() + "` on requests per min (RPM): Limit " + limit
                + ". Please try again in " + seconds(retryAfter) + ".", "requests", retryAfter);
    }

    /** Too many tokens in a minute. */
    static LimitException tokens(Project project, int limit, Duration retryAfter) {
        return rate("Rate limit reached for project `" + project.name() + "` on tokens per min (TPM): Limit " + limit
                + ". Please try again in " + seconds(retryAfter) + ".", "tokens", retryAfter);
    }

    /** Too many runs that have not ended. */
    public static LimitException runs(Project project, int limit) {
        return rate(
                "Rate limit reached for project `" + project.name() + "` on runs that have not ended: Limit " + limit
                        + ". Wait until one ends, or cancel one.",
                "requests", A_RUN);
    }

    /** Too many tokens in a day. */
    public static LimitException tokensADay(Project project, long limit, Duration untilTomorrow) {
        return quota("Project `" + project.name() + "` has used its " + limit
                + " tokens of today. It may use as many again from 00:00 UTC on.", untilTomorrow);
    }

    /** Too many bytes of files. */
    public static LimitException storage(Project project, long limit, long used, long more) {
        return quota("Project `" + project.name() + "` may keep " + limit + " bytes of files. It keeps " + used
                + ", and this file has " + more + ". Delete files that are needed no longer.", null);
    }

    private static String seconds(Duration time) {
        return Math.max(1, time.plusMillis(999).toSeconds()) + "s";
    }

    /** The error for the caller. */
    public ApiError error() {
        return error;
    }

    /** When a repetition may succeed; empty if not by waiting. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Whether it passes so soon that a program may wait for it. */
    public boolean passesSoon() {
        return passes;
    }
}
