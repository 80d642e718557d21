package dev.runnel.server.projects;

import dev.runnel.server.base.Allowance;
import dev.runnel.server.base.Project;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One project's limits a minute at work. Thread-safe. */
final class Meter {
    private final Project project;
    private final @Nullable Allowance requests;
    private final @Nullable Allowance tokens;

    Meter(Project project, @Nullable Integer requests, @Nullable Integer tokens, long now) {
        this.project = project;
        this.requests = requests == null ? null : new Allowance(requests, now);
        this.tokens = tokens == null ? null : new Allowance(tokens, now);
    }

    /** Whether it has these limits. */
    boolean has(@Nullable Integer requestsAMinute, @Nullable Integer tokensAMinute) {
        return is(requests, requestsAMinute) && is(tokens, tokensAMinute);
    }

    private static boolean is(@Nullable Allowance allowance, @Nullable Integer limit) {
        return allowance == null ? limit == null : limit != null && allowance.perMinute() == limit;
    }

    /**
     * Counts a request.
     *
     * @throws LimitException if no request or no token is left
     */
    void take(long now) {
        if (tokens != null && tokens.nanosUntilOne(now) > 0) {
            throw LimitException.tokens(project, tokens.perMinute(), Duration.ofNanos(tokens.nanosUntilOne(now)));
        }
        if (requests != null && !requests.takeOne(now)) {
            throw LimitException.requests(project, requests.perMinute(), Duration.ofNanos(requests.nanosUntilOne(now)));
        }
    }

    void used(long count, long now) {
        if (tokens != null) {
            tokens.take(count, now);
        }
    }

    Standing standing(long now) {
        return new Standing(Standing.Left.of(requests, now), Standing.Left.of(tokens, now));
    }
}
