package dev.runnel.cli.text;

import java.util.ArrayList;
import java.util.List;

/**
 * A character with its look.
 *
 * @param text the character, with what combines with it
 * @param style a sum of the constants; 0 for plain
 */
record Glyph(String text, int style) {
    static final int BOLD = 1;
    static final int ITALIC = 2;
    static final int CODE = 4;
    static final int STRUCK = 8;
    static final int UNDERLINED = 16;
    static final int DIM = 32;

    private static final int JOINER = 0x200d;
    private static final String ESCAPE = "\u001b[";
    private static final String[] CODES = {"1", "3", "36", "9", "4", "2"};

    boolean isSpace() {
        return text.equals(" ") || text.equals("\t");
    }

    int columns() {
        return text.equals("\t") ? 1 : Columns.of(text);
    }

    /** The characters of a text, all in one style. */
    static List<Glyph> of(String text, int style) {
        List<Glyph> glyphs = new ArrayList<>();
        for (int i = 0; i < text.length();) {
            int end = clusterEnd(text, i);
            glyphs.add(new Glyph(text.substring(i, end), style));
            i = end;
        }
        return glyphs;
    }

    /** Where a character ends, with the marks that combine with it. */
    static int clusterEnd(String text, int from) {
        int end = from + Character.charCount(text.codePointAt(from));
        while (end < text.length()) {
            int codePoint = text.codePointAt(end);
            if (Columns.of(Character.toString(codePoint)) > 0 && text.codePointBefore(end) != JOINER) {
                return end;
            }
            end += Character.charCount(codePoint);
        }
        return end;
    }

    static int columns(List<Glyph> glyphs) {
        return glyphs.stream().mapToInt(Glyph::columns).sum();
    }

    /** Some glyphs as a terminal takes them; each style begins and ends within. */
    static String render(Iterable<Glyph> glyphs, boolean styled) {
        StringBuilder out = new StringBuilder();
        int current = 0;
        for (Glyph glyph : glyphs) {
            if (styled && glyph.style != current) {
                out.append(current == 0 ? "" : ESCAPE + "0m").append(begin(glyph.style));
                current = glyph.style;
            }
            out.append(glyph.text);
        }
        return out.append(current == 0 ? "" : ESCAPE + "0m").toString();
    }

    private static String begin(int style) {
        StringBuilder codes = new StringBuilder();
        for (int bit = 0; bit < CODES.length; bit++) {
            if ((style & (1 << bit)) != 0) {
                codes.append(codes.isEmpty() ? "" : ";").append(CODES[bit]);
            }
        }
        return codes.isEmpty() ? "" : ESCAPE + codes + "m";
    }
}
