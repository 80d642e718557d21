package dev.runnel.server.http.assistants;

import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import dev.runnel.server.http.exchange.Exchange;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Tells polling clients when to ask for a run again, by the header {@code openai-poll-after-ms}. The SDKs' polling
 * helpers heed this header; without it they wait 1 or 5 seconds. The hint is an eighth of the run's age, between 0.1
 * and 5 seconds. So a client learns of the run's end at most that much late, and asks for a long run only rarely.
 */
final class PollHint {
    private static final long SHORTEST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 5_000;

    /** Shorter than for a run in progress, because a queued run may start at any moment and end soon after. */
    private static final long LONGEST_QUEUED_MILLIS = 500;

    private PollHint() {}

    /**
     * The milliseconds after which to ask again; empty if the run will not change by itself.
     *
     * @param age the time since the run was created or last went on
     */
    static OptionalLong millis(RunStatus status, Duration age) {
        return switch (status) {
            case QUEUED -> OptionalLong.of(between(age, LONGEST_QUEUED_MILLIS));
            case IN_PROGRESS, CANCELLING -> OptionalLong.of(between(age, LONGEST_MILLIS));
            default -> OptionalLong.empty();
        };
    }

    private static long between(Duration age, long longest) {
        return Math.clamp(age.toMillis() / 8, SHORTEST_MILLIS, longest);
    }

    /** Adds the hint to an answer that shows the run. */
    static void add(Exchange exchange, Run run, Duration age) {
        millis(run.status(), age).ifPresent(
                millis -> exchange.header("openai-poll-after-ms", Long.toString(millis)));
    }
}
