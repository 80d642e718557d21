package dev.runnel.bench.relay;

import java.time.Duration;

/**
 * How many streams a server has to carry at once.
 *
 * @param tokens   that the model sends per stream
 * @param interval from token to token, as the model is set to; zero for as fast as they go
 * @param ramp     over which the starts of the streams are spread evenly
 * @param patience beyond the planned end, after which streams that are still open count as failed
 * @param replies  how many streams there are in all: one that has ended is replaced by a new one until there were so many
 */
record Load(int streams, int tokens, Duration interval, Duration ramp, Duration patience, int replies) {
    private static final Duration SETTLING = Duration.ofMillis(500);

    /** Without replacement. */
    Load(int streams, int tokens, Duration interval, Duration ramp, Duration patience) {
        this(streams, tokens, interval, ramp, patience, streams);
    }

    /** When the i-th stream starts, in nanoseconds after the load's start: one that replaces another as soon as it can. */
    long startNanos(int stream) {
        return ramp.toNanos() * Math.min(stream, streams) / streams;
    }

    Duration timeout() {
        return ramp.plus(interval.multipliedBy((long) tokens * Math.ceilDiv(replies, streams))).plus(patience);
    }

    /** Whether a stream that has ended is replaced, on its connection if the server keeps it. */
    boolean replaces() {
        return replies > streams;
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
        return !replaces() && interval.multipliedBy(tokens).compareTo(ramp.plus(SETTLING)) > 0;
    }
}
