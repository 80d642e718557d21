package dev.runnel.demo.speech;

import java.time.Duration;
import java.util.List;

/**
 * How fast the demo model speaks: a wait before each token. It only computes the waits; the caller sleeps. Immutable.
 *
 * @param tokensPerSecond the average over prose, pauses included
 * @param beforeFirst the wait before the first token
 * @param seed varies the rhythm; the same seed gives the same waits
 */
public record Pace(double tokensPerSecond, Duration beforeFirst, long seed) {

    private static final double JITTER = 0.35;
    private static final double AFTER_SENTENCE = 2.5;
    private static final double AFTER_PARAGRAPH = 5;
    /** A plain token's share of the average wait. It is below 1, so that the pauses do not slow the whole. */
    private static final double PLAIN = 0.83;

    public Pace {
        if (!(tokensPerSecond > 0) || beforeFirst.isNegative()) {
            throw new IllegalArgumentException("A pace needs a positive speed and no negative wait: " + tokensPerSecond
                    + " tokens per second, " + beforeFirst + " before the first");
        }
    }

    /** A comfortable reading speed: 40 tokens per second, after 150 ms. */
    public static Pace reading(long seed) {
        return new Pace(40, Duration.ofMillis(150), seed);
    }

    /** The wait before one token of a reply. */
    public Duration before(int index, List<String> tokens) {
        if (index == 0) {
            return beforeFirst;
        }
        var variation = 1 + JITTER * (2 * new Dice("", seed + index).fraction() - 1);
        var factor = PLAIN * variation + pauseAfter(tokens, index - 1);
        return Duration.ofNanos(Math.round(1e9 / tokensPerSecond * factor));
    }

    private static double pauseAfter(List<String> tokens, int index) {
        var token = tokens.get(index);
        if (token.contains("\n\n")) {
            return AFTER_PARAGRAPH;
        }
        // "3.14" and "..." go on: a sentence ends where a space or a line end follows.
        var ends = token.endsWith(".") || token.endsWith("!") || token.endsWith("?");
        var spaceFollows = index + 1 < tokens.size() && Character.isWhitespace(tokens.get(index + 1).charAt(0));
        return ends && spaceFollows ? AFTER_SENTENCE : 0;
    }
}
