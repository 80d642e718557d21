package dev.runnel.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Emphasis, code and links within a line of Markdown. In a line whose end has not arrived yet, an opened mark is assumed to be
 * closed later, and text that is not clear yet is left out. Not thread-safe.
 */
final class Inline {
    private static final Pattern LINK = Pattern.compile("!?\\[([^\\]\\[]*)]\\(([^)\\s]+)(?:\\s+\"[^\"]*\")?\\)");
    private static final Pattern LINK_BEGUN = Pattern.compile("!?\\[[^\\]\\[]{0,200}(?:](?:\\([^)]{0,500})?)?");
    private static final Pattern ADDRESS = Pattern.compile("<((?:https?://|mailto:)[^>\\s]+)>");
    private static final Pattern ADDRESS_BEGUN = Pattern.compile("<(?:h|m)[^>\\s]{0,500}");
    private static final String ESCAPABLE = "\\`*_{}[]<>()#+-.!|~";

    private final String source;
    private final boolean complete;
    private final int base;
    private final List<Glyph> glyphs = new ArrayList<>();
    private int style;
    private int ticks;
    private int at;

    /**
     * A parser.
     *
     * @param source the line, as far as it has arrived
     * @param complete whether it is the whole line
     * @param base the style of the whole line, for example of a heading
     */
    private Inline(String source, boolean complete, int base) {
        this.source = source;
        this.complete = complete;
        this.base = base;
    }

    /** The glyphs of a line. */
    static List<Glyph> glyphs(String source, boolean complete, int base) {
        Inline inline = new Inline(source, complete, base);
        while (inline.at < source.length() && inline.step()) {
            // each step takes some of the source
        }
        return inline.glyphs;
    }

    /** Takes the next piece. Returns whether its meaning was clear. */
    private boolean step() {
        char c = source.charAt(at);
        if (c == '`') {
            return code();
        } else if (ticks > 0) {
            literal(1);
            return true;
        }
        return switch (c) {
            case '\\' -> escape();
            case '*', '_', '~' -> emphasis(c);
            case '[', '!' -> link(LINK, LINK_BEGUN);
            case '<' -> link(ADDRESS, ADDRESS_BEGUN);
            default -> {
                literal(1);
                yield true;
            }
        };
    }

    private boolean code() {
        int run = run('`');
        if (!complete && at + run == source.length()) {
            return false;
        }
        if (ticks > 0 && run == ticks) {
            ticks = 0;
            style &= ~Glyph.CODE;
            at += run;
        } else if (ticks == 0 && (!complete || source.indexOf("`".repeat(run), at + run) >= 0)) {
            ticks = run;
            style |= Glyph.CODE;
            at += run;
        } else {
            literal(run);
        }
        return true;
    }

    private boolean escape() {
        if (at + 1 == source.length()) {
            literal(1);
            return complete;
        }
        boolean escapes = ESCAPABLE.indexOf(source.charAt(at + 1)) >= 0;
        if (escapes) {
            at++;
        }
        literal(1);
        return true;
    }

    private boolean emphasis(char mark) {
        int run = run(mark);
        int after = at + run;
        if (!complete && after == source.length()) {
            return false;
        }
        int wanted = wanted(mark, run);
        char before = at == 0 ? ' ' : source.charAt(at - 1);
        char next = after == source.length() ? ' ' : source.charAt(after);
        boolean inWord = Character.isLetterOrDigit(before) && Character.isLetterOrDigit(next);
        if (wanted == 0 || (inWord && mark == '_')) {
            literal(run);
        } else if ((style & wanted) == wanted && (at == 0 || !Character.isWhitespace(before))) {
            style &= ~wanted;
            at = after;
        } else if ((style & wanted) == 0 && !Character.isWhitespace(next) && !opensNothing(mark, run, before, after)) {
            style |= wanted;
            at = after;
        } else {
            literal(run);
        }
        return true;
    }

    private static int wanted(char mark, int run) {
        if (mark == '~') {
            return run == 2 ? Glyph.STRUCK : 0;
        }
        return switch (run) {
            case 1 -> Glyph.ITALIC;
            case 2 -> Glyph.BOLD;
            case 3 -> Glyph.BOLD | Glyph.ITALIC;
            default -> 0;
        };
    }

    /** A star within a word, as in 2*3, or one that is never closed. */
    private boolean opensNothing(char mark, int run, char before, int after) {
        return (Character.isLetterOrDigit(before) && run == 1)
                || (complete && source.indexOf(Character.toString(mark).repeat(run), after + 1) < 0);
    }

    private int run(char mark) {
        int end = at;
        while (end < source.length() && source.charAt(end) == mark) {
            end++;
        }
        return end - at;
    }

    private boolean link(Pattern whole, Pattern begun) {
        Matcher link = whole.matcher(source).region(at, source.length());
        if (link.lookingAt()) {
            String address = link.group(link.groupCount());
            String words = link.groupCount() == 1 ? "" : link.group(1);
            if (words.isEmpty() || words.equals(address)) {
                add(address, Glyph.UNDERLINED);
            } else {
                add(words, Glyph.UNDERLINED);
                add(" (" + address + ")", Glyph.DIM);
            }
            at = link.end();
            return true;
        }
        Matcher beginning = begun.matcher(source).region(at, source.length());
        if (!complete && beginning.matches()) {
            return false;
        }
        literal(1);
        return true;
    }

    private void add(String words, int more) {
        glyphs.addAll(Glyph.of(words, style | base | more));
    }

    private void literal(int characters) {
        int end = at + characters;
        while (at < end) {
            int next = Glyph.clusterEnd(source, at);
            glyphs.add(new Glyph(source.substring(at, next), style | base));
            at = next;
        }
    }
}
