package dev.runnel.cli.text;

import java.util.List;

/** The row of the screen that grows at present. It is changed by additions, or written again as a whole. Not thread-safe. */
final class LiveRow {
    private static final String BEGIN = "\r";
    private static final String ERASE_REST = "\u001b[K";

    private final Screen screen;
    private List<Glyph> shown = List.of();

    /** The columns of the screen when they were shown. */
    private int columns;

    LiveRow(Screen screen) {
        this.screen = screen;
    }

    /** How many glyphs are shown. */
    int size() {
        return shown.size();
    }

    /** Whether the window has become narrower than the row, which the terminal then shows in several rows, or in part. */
    boolean isTooWide() {
        return screen.columns() < columns && Glyph.columns(shown) > screen.columns();
    }

    /** Leaves the row as it is, for the next one. */
    void leave() {
        screen.write("\n");
        shown = List.of();
    }

    /** Shows glyphs that may change yet. */
    void show(List<Glyph> glyphs) {
        if (screen.rewrites()) {
            write(withoutEnd(glyphs));
        }
    }

    /** Shows glyphs that stay, and goes to the next row. */
    void finish(List<Glyph> glyphs) {
        write(withoutEnd(glyphs));
        leave();
    }

    /** Without the spaces at the end, which may stand beyond the edge. */
    private static List<Glyph> withoutEnd(List<Glyph> glyphs) {
        int end = glyphs.size();
        while (end > 0 && glyphs.get(end - 1).isSpace()) {
            end--;
        }
        return glyphs.subList(0, end);
    }

    private void write(List<Glyph> glyphs) {
        int same = same(glyphs);
        if (same == shown.size() && same == glyphs.size()) {
            return;
        } else if (same == shown.size()) {
            screen.write(Glyph.render(glyphs.subList(same, glyphs.size()), screen.styled()));
        } else {
            screen.write(BEGIN + Glyph.render(glyphs, screen.styled()) + ERASE_REST);
        }
        shown = List.copyOf(glyphs);
        columns = screen.columns();
    }

    private int same(List<Glyph> glyphs) {
        int same = 0;
        while (same < Math.min(shown.size(), glyphs.size()) && shown.get(same).equals(glyphs.get(same))) {
            same++;
        }
        return same;
    }
}
