package dev.runnel.cli.text;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The kind of a line of Markdown, outside of code.
 *
 * @param content the index of the first word in the line
 * @param first the text before the words, in the first row
 * @param others the text before the words, in the following rows
 * @param style the look of all the words
 */
record Block(Kind kind, int content, List<Glyph> first, List<Glyph> others, int style) {
    private static final Pattern FENCE = Pattern.compile("( *)(`{3,}|~{3,})[ \t]*([^`]*)");
    private static final Pattern TABLE = Pattern.compile(" *\\|.*");
    private static final Pattern RULE = Pattern.compile(" {0,3}([-*_])(?:[ \t]*\\1){2,}[ \t]*");
    private static final Pattern HEADING = Pattern.compile(" {0,3}(#{1,6})[ \t]+");
    private static final Pattern QUOTE = Pattern.compile(" *((?:>[ ]?)+)");
    private static final Pattern ITEM = Pattern.compile("([ \t]*)([-*+]|\\d{1,9}[.)])[ \t]+(\\[[ xX]][ \t]+)?");
    private static final Pattern INDENTED = Pattern.compile("[ \t]*");

    /** A beginning that may become any kind of line. */
    private static final Pattern UNDECIDED = Pattern.compile(
            "[ \t]*(?:[-*+_~`#=>| \t]*|(?:[-*+]|\\d{1,9}[.)]?)?[ \t]*(?:\\[[ xX]?]?[ \t]*)?)");

    /** The kinds of lines. */
    enum Kind {
        /** Words, perhaps with a prefix. */
        WORDS,
        /** The line before code. */
        FENCE,
        /** A row of a table. */
        TABLE,
        /** A line across. */
        RULE
    }

    /**
     * The kind of a line; null if it is not clear yet.
     *
     * @param complete whether it is the whole line
     */
    static @Nullable Block of(String line, boolean complete) {
        if (!complete && (UNDECIDED.matcher(line).matches() || FENCE.matcher(line).matches())) {
            return null;
        } else if (FENCE.matcher(line).matches()) {
            return new Block(Kind.FENCE, 0, List.of(), List.of(), 0);
        } else if (TABLE.matcher(line).matches()) {
            return new Block(Kind.TABLE, 0, List.of(), List.of(), 0);
        } else if (RULE.matcher(line).matches()) {
            return new Block(Kind.RULE, 0, List.of(), List.of(), 0);
        }
        return words(line);
    }

    private static Block words(String line) {
        Matcher heading = HEADING.matcher(line);
        if (heading.lookingAt()) {
            int style = Glyph.BOLD | (heading.group(1).length() == 1 ? Glyph.UNDERLINED : 0);
            return new Block(Kind.WORDS, heading.end(), List.of(), List.of(), style);
        }
        Matcher quote = QUOTE.matcher(line);
        if (quote.lookingAt()) {
            long depth = quote.group(1).chars().filter(c -> c == '>').count();
            List<Glyph> bars = Glyph.of("│ ".repeat((int) Math.min(depth, 8)), Glyph.DIM);
            return new Block(Kind.WORDS, quote.end(), bars, bars, 0);
        }
        Matcher item = ITEM.matcher(line);
        if (item.lookingAt()) {
            return item(item);
        }
        Matcher indented = INDENTED.matcher(line);
        int end = indented.lookingAt() ? indented.end() : 0;
        List<Glyph> indent = Glyph.of(spaces(line.substring(0, end)), 0);
        return new Block(Kind.WORDS, end, indent, indent, 0);
    }

    private static Block item(Matcher item) {
        boolean bullet = "-*+".contains(item.group(2));
        String task = item.group(3);
        String mark = bullet ? "•" : item.group(2);
        if (task != null) {
            mark = (bullet ? "" : mark + " ") + (task.startsWith("[ ]") ? "☐" : "☑");
        }
        String first = spaces(item.group(1)) + mark + " ";
        List<Glyph> others = Glyph.of(" ".repeat(Columns.of(first)), 0);
        return new Block(Kind.WORDS, item.end(), Glyph.of(first, 0), others, 0);
    }

    private static String spaces(String indent) {
        return indent.replace("\t", "    ");
    }

    /** The line before code. */
    static Matcher fence(String line) {
        return FENCE.matcher(line);
    }
}
