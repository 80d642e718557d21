package dev.runnel.cli;

import java.util.Locale;

/** Counts and times a reply, for the line at its end. Not thread-safe. */
final class Tally {
    private final long start = System.nanoTime();
    private long first;
    private long last;
    private long pieces;

    /** A piece of the reply arrived. */
    void piece() {
        last = System.nanoTime();
        if (pieces++ == 0) {
            first = last;
        }
    }

    /**
     * The line.
     *
     * @param tokens how many tokens the reply has; 0 if nobody said, and pieces are counted for them
     */
    String line(String model, long tokens, boolean streamed) {
        long count = tokens > 0 ? tokens : pieces;
        StringBuilder line = new StringBuilder(model).append(" · ").append(count)
                .append(count == 1 ? " token" : " tokens");
        if (streamed && pieces > 0) {
            line.append(" · first token after ").append(millis(first - start));
            if (pieces > 1) {
                line.append(" · ").append(rate(count - 1, last - first));
            }
        } else {
            line.append(" · ").append(millis(System.nanoTime() - start));
        }
        return line.toString();
    }

    private static String millis(long nanos) {
        return nanos >= 10_000_000_000L
                ? String.format(Locale.ROOT, "%.1f s", nanos / 1e9)
                : Math.round(nanos / 1e6) + " ms";
    }

    private static String rate(long tokens, long nanos) {
        return String.format(Locale.ROOT, "%.1f tokens/s", tokens / Math.max(nanos / 1e9, 1e-9));
    }
}
