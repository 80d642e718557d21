package dev.runnel.server.http.assistants;

import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import dev.runnel.server.http.exchange.Exchange;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * When to ask for a run again, for {@code openai-poll-after-ms}, which the SDKs' helpers heed; left alone they wait 1 or 5 seconds. After
 * an eighth of the run's age: whoever polls learns of its end at most that much late, and a long run is not asked for often.
 */
final class PollHint {
    private static final long SHORTEST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 5_000;

    /** It may be taken up at any moment, and then be done soon. */
    private static final long LONGEST_QUEUED_MILLIS = 500;

    private PollHint() {}

    /**
     * In how many milliseconds to ask again; empty if the run will not change by itself.
     *
     * @param age since the run was created, or went on
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

    /** Says so in an answer that shows the run. */
    static void add(Exchange exchange, Run run, Duration age) {
        millis(run.status(), age).ifPresent(
                millis -> exchange.header("openai-poll-after-ms", Long.toString(millis)));
    }
}
