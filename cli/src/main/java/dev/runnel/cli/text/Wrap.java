package dev.runnel.cli.text;

import java.util.List;

/** Wraps plain text at words. */
public final class Wrap {
    private Wrap() {}

    /** The lines of a text on one line; a word that is longer than a line, as an address may be, stays whole. */
    public static List<String> lines(String text, int columns) {
        return Rows.wrap(Glyph.of(text, 0), columns, columns).stream()
                .map(row -> Glyph.render(row, false).stripTrailing())
                .toList();
    }
}
