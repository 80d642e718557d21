package dev.runnel.server.base;

import java.util.regex.Pattern;

/** Text of others' for the log. */
public final class LogText {
    private static final int MAX = 1_000;
    private static final Pattern BREAKS = Pattern.compile("[\\s\\p{Cntrl}]+");

    private LogText() {}

    /** The text on one line, without control characters and not too long, so that nobody can write lines of their own into the log. */
    public static String oneLine(String text) {
        String start = text.length() > MAX ? text.substring(0, MAX) + "…" : text;
        return BREAKS.matcher(start).replaceAll(" ");
    }
}
