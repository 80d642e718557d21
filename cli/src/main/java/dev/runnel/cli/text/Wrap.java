package dev.runnel.cli.text;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Wraps plain text at words. */
public final class Wrap {
    private static final Pattern BESIDE = Pattern.compile("^ *(?:\\S+ )*\\S* {2,}(?=\\S)");

    /** An explanation with less room is not indented. */
    private static final int NARROWEST = 20;

    private Wrap() {}

    /** The lines of a text on one line; a word that is longer than a line, as an address may be, stays whole. */
    public static List<String> lines(String text, int columns) {
        return Rows.wrap(Glyph.of(text, 0), columns, columns).stream()
                .map(row -> Glyph.render(row, false).stripTrailing())
                .toList();
    }

    /**
     * The lines of a text on one line whose first word or words have their explanation beside them, after several spaces.
     * Further lines begin below the explanation.
     */
    public static List<String> hanging(String text, int columns) {
        Matcher gap = BESIDE.matcher(text);
        int indent = gap.find() ? gap.end() : 0;
        if (indent == 0 || columns - indent < NARROWEST) {
            return lines(text, columns);
        }
        List<String> beside = lines(text.substring(indent), columns - indent);
        return IntStream.range(0, beside.size())
                .mapToObj(i -> (i == 0 ? text.substring(0, indent) : " ".repeat(indent)) + beside.get(i))
                .toList();
    }
}
