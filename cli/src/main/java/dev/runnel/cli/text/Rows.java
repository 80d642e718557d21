package dev.runnel.cli.text;

import java.util.ArrayList;
import java.util.List;

/** Wraps glyphs at words. A word that is longer than a line, as an address may be, stays whole: the terminal breaks it, and copies it whole. */
final class Rows {
    /** Characters that no line begins with, in scripts that are written without spaces. */
    private static final String NEVER_FIRST = "、。，．・：；？！）」』】〕〉》…ー～％’”";

    private static final int WIDE = 2;

    private Rows() {}

    /**
     * The rows.
     *
     * @param first the columns of the first row; what follows has {@code others}
     */
    static List<List<Glyph>> wrap(List<Glyph> glyphs, int first, int others) {
        List<List<Glyph>> rows = new ArrayList<>();
        List<Glyph> row = new ArrayList<>();
        int room = first;
        int used = 0;
        for (int i = 0; i < glyphs.size();) {
            int end = wordEnd(glyphs, i);
            List<Glyph> word = glyphs.subList(i, end);
            int width = Glyph.columns(word);
            boolean space = word.getFirst().isSpace();
            if (used + width > room && !row.isEmpty() && !space) {
                rows.add(row);
                row = new ArrayList<>();
                room = others;
                used = 0;
            }
            row.addAll(word); // spaces at the end of a row stand beyond its edge, and are not shown
            used += width;
            i = end;
        }
        rows.add(row);
        return rows;
    }

    private static int wordEnd(List<Glyph> glyphs, int from) {
        int end = from + 1;
        if (glyphs.get(from).isSpace()) {
            return end;
        }
        while (end < glyphs.size() && !glyphs.get(end).isSpace()
                && !breaksBetween(glyphs.get(end - 1), glyphs.get(end))) {
            end++;
        }
        return end;
    }

    private static boolean breaksBetween(Glyph before, Glyph after) {
        return (before.columns() >= WIDE || after.columns() >= WIDE) && !NEVER_FIRST.contains(after.text());
    }
}
