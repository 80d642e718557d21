package dev.runnel.cli.text;

import org.jline.utils.WCWidth;

/**
 * How many columns of a terminal a text takes. Where terminals differ, as with emoji that are joined from others, the larger number:
 * too early a wrap does no harm.
 */
public final class Columns {
    private static final int EMOJI_STYLE = 0xfe0f;
    private static final int ASCII = 0x7f;

    private Columns() {}

    /** The columns of a text on one line, without control characters. */
    public static int of(String text) {
        int columns = 0;
        int previous = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int codePoint = text.codePointAt(i);
            int width = of(codePoint);
            columns += codePoint == EMOJI_STYLE && previous == 1 ? 1 : width;
            previous = width;
        }
        return columns;
    }

    private static int of(int codePoint) {
        return codePoint < ASCII ? 1 : Math.max(0, WCWidth.wcwidth(codePoint));
    }

    /** The beginning of a text that fits, with an ellipsis in the last column where something was left out. */
    public static String fit(String text, int columns) {
        if (of(text) <= columns) {
            return text;
        }
        int end = 0;
        for (int used = 0; end < text.length();) {
            int next = end + Character.charCount(text.codePointAt(end));
            used += of(text.substring(end, next));
            if (used > columns - 1) {
                break;
            }
            end = next;
        }
        return columns < 1 ? "" : text.substring(0, end) + "…";
    }

    /** The text and spaces up to a width. */
    public static String pad(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - of(text)));
    }
}
