package dev.runnel.server.http.exchange;

import dev.runnel.server.edge.HttpResponse;
import dev.runnel.server.projects.LimitException;
import dev.runnel.server.projects.Standing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The headers that tell clients how much of their project's limits is left. Official SDKs wait as {@code Retry-After} says. */
public final class RateHeaders {
    private static final String PREFIX = "x-ratelimit-";

    private RateHeaders() {}

    /** The rest of the limits a minute; no header for a limit that the project does not have. */
    static void add(HttpResponse response, Standing standing) {
        add(response, "requests", standing.requests());
        add(response, "tokens", standing.tokens());
    }

    private static void add(HttpResponse response, String what, Standing.@Nullable Left left) {
        if (left != null) {
            response.header(PREFIX + "limit-" + what, Integer.toString(left.limit()));
            response.header(PREFIX + "remaining-" + what, Long.toString(left.left()));
            response.header(PREFIX + "reset-" + what, duration(left.reset()));
        }
    }

    /** When to come again after a refusal. */
    public static void add(HttpResponse response, LimitException refusal) {
        refusal.retryAfter().ifPresent(wait -> {
            response.header("Retry-After", Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
            response.header("retry-after-ms", Long.toString(Math.max(1, wait.toMillis())));
        });
        if (!refusal.passesSoon()) {
            response.header("x-should-retry", "false");
        }
    }

    /** A duration as the hosted service writes it: {@code 20ms}, {@code 7.66s}, {@code 1m0s}. */
    static String duration(Duration duration) {
        long millis = duration.plusNanos(999_999).toMillis();
        if (millis < 1_000) {
            return millis + "ms";
        }
        long minutes = millis / 60_000;
        String seconds = (millis % 60_000 / 1_000.0 + "s").replace(".0s", "s");
        return minutes == 0 ? seconds : minutes + "m" + seconds;
    }
}
