package dev.runnel.cli.reply;

import java.util.Locale;

/** Counts and times a reply, for the line at its end. Not thread-safe. */
public final class Tally {
    /** A time that is too short to measure the speed of a reply. */
    private static final long SHORT_NANOS = 100_000_000;

    /** Of the whole time, the part in which the text came; less is a burst. */
    private static final double BURST = 0.05;

    private static final int LONG_TEXT = 80;

    private final long start = System.nanoTime();
    private long first;
    private long last;
    private long pieces;
    private long letters;

    /** A piece of the reply arrived. */
    public void piece(String text) {
        last = System.nanoTime();
        letters += text.length();
        if (pieces++ == 0) {
            first = last;
        }
    }

    /**
     * The line.
     *
     * @param tokens the tokens of the reply; 0 if unknown, and then the pieces are counted
     */
    public String line(String model, long tokens, boolean streamed) {
        long count = tokens > 0 ? tokens : pieces;
        StringBuilder line = new StringBuilder(model).append(" · ").append(count)
                .append(count == 1 ? " token" : " tokens");
        if (streamed && pieces == 1 && letters > LONG_TEXT) {
            line.append(" · ").append(millis(last - start)).append(", in one piece: the server does not stream");
        } else if (streamed && pieces > 1 && isBurst()) {
            line.append(" · ").append(millis(last - start)).append(", all at once");
        } else if (streamed && pieces > 0) {
            line.append(" · first token after ").append(millis(first - start));
            if (pieces > 1 && last - first > SHORT_NANOS) {
                line.append(" · ").append(rate(count - 1, last - first));
            }
        } else {
            line.append(" · ").append(millis(System.nanoTime() - start));
        }
        return line.toString();
    }

    /** Text that came within a moment after a long wait shows how long it was held back, and not how fast the model is. */
    private boolean isBurst() {
        return letters > LONG_TEXT && first - start > SHORT_NANOS && last - first < BURST * (last - start);
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
