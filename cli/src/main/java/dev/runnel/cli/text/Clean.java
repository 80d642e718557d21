package dev.runnel.cli.text;

import java.util.regex.Pattern;

/** Removes control sequences from a text. All text from a server passes here before a person sees it. */
public final class Clean {
    /** All control characters but line feed and tab. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\n\t]]");

    private static final Pattern CARRIAGE_RETURNS = Pattern.compile("\r+\n");

    /** White space, and characters that reorder the text around them. */
    private static final Pattern SPACE = Pattern.compile("[\\s\\u0085\\u2028\\u2029]+");

    private static final Pattern REORDERING = Pattern.compile("[\\u202a-\\u202e\\u2066-\\u2069]");

    private static final int PICTURES = 0x2400;
    private static final char DELETE_PICTURE = '\u2421';
    private static final char REPLACEMENT = '\ufffd';

    private Clean() {}

    /** Text of any number of lines: each control character but line feed and tab becomes a picture of itself. */
    public static String text(String text) {
        return isClean(text)
                ? text
                : CONTROL.matcher(CARRIAGE_RETURNS.matcher(text).replaceAll("\n"))
                        .replaceAll(match -> Character.toString(picture(match.group().charAt(0))));
    }

    /** The same on one line, in the order in which it was written: for titles, names and cells of tables. */
    public static String line(String text) {
        return text(REORDERING.matcher(SPACE.matcher(text).replaceAll(" ")).replaceAll("")).strip();
    }

    private static boolean isClean(String text) {
        return text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t');
    }

    private static char picture(char control) {
        if (control < ' ') {
            return (char) (PICTURES + control);
        }
        return control == '\u007f' ? DELETE_PICTURE : REPLACEMENT;
    }
}
