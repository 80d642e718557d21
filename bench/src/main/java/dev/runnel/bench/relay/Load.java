package dev.runnel.bench.relay;

import java.time.Duration;

/**
 * How many streams a server has to carry at once.
 *
 * @param tokens   that the model sends per stream
 * @param interval from token to token, as the model is set to; zero for as fast as they go
 * @param ramp     over which the starts of the streams are spread evenly
 * @param patience beyond the planned end, after which streams that are still open count as failed
 */
record Load(int streams, int tokens, Duration interval, Duration ramp, Duration patience) {
    private static final Duration SETTLING = Duration.ofMillis(500);

    /**
     * Whole replies: as one ends the next begins, for a while.
     *
     * @param atOnce how many streams there are at any time
     */
    static Load ofReplies(int atOnce, int tokens, Duration interval, Duration lasting, Duration patience) {
        long replies = atOnce * lasting.toNanos() / interval.multipliedBy(tokens).toNanos();
        return new Load((int) replies, tokens, interval, lasting, patience);
    }

    /** When the i-th stream starts, in nanoseconds after the load's start. */
    long startNanos(int stream) {
        return ramp.toNanos() * stream / streams;
    }

    /** Whether a connection is opened when its stream begins, and kept for a later one. Else all are open beforehand. */
    boolean keepsConnections() {
        return !hasPlateau() && !ramp.isZero();
    }

    Duration timeout() {
        return ramp.plus(interval.multipliedBy(tokens)).plus(patience);
    }

    /** When all streams are open, in nanoseconds after the load's start; 0 if they never are at the same time. */
    long plateauBegins() {
        return hasPlateau() ? ramp.plus(SETTLING).toNanos() : 0;
    }

    /** When the first stream is to end; without a plateau never. */
    long plateauEnds() {
        return hasPlateau() ? interval.multipliedBy(tokens).toNanos() : Long.MAX_VALUE;
    }

    boolean hasPlateau() {
        return interval.multipliedBy(tokens).compareTo(ramp.plus(SETTLING)) > 0;
    }
}
