package dev.runnel.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Renders Markdown for a terminal while it streams. Finished rows stay unchanged: only the last row may change, for example
 * when a word turns out too long for it. Code is written as it arrives, without indentation or wrapping, so that it can be
 * copied. Not thread-safe.
 */
public final class MarkdownStream {
    private static final int RULE = 72;

    /** Longer lines, which are not made for reading, are broken there. */
    private static final int LONGEST = 8_000;

    private final Screen screen;
    private final LiveRow row;
    private final StringBuilder line = new StringBuilder();
    private final List<String> table = new ArrayList<>();
    private @Nullable Block block;
    private @Nullable Fence fence;
    private String held = "";

    /** How many glyphs of the line are in rows that are finished. */
    private int done;

    /** Whether the line is a line of code that is passed on as it arrives. */
    private boolean passing;

    /** The beginning of the code: its indentation, and its end mark. */
    private record Fence(int indent, String marks) {
        boolean endsAt(String line) {
            String text = line.strip();
            return text.length() >= marks.length() && text.chars().allMatch(c -> c == marks.charAt(0));
        }

        boolean mayEndAt(String line) {
            return line.strip().chars().allMatch(c -> c == marks.charAt(0));
        }
    }

    /** Renders to a screen. */
    public MarkdownStream(Screen screen) {
        this.screen = screen;
        this.row = new LiveRow(screen);
    }

    /** Adds a piece of the text, and shows as much as is clear. */
    public void add(String piece) {
        String text = held + piece;
        held = "";
        if (!text.isEmpty() && (text.endsWith("\r") || Character.isHighSurrogate(text.charAt(text.length() - 1)))) {
            held = text.substring(text.length() - 1);
            text = text.substring(0, text.length() - 1);
        }
        text = Clean.text(text);
        int from = 0;
        for (int end; (end = text.indexOf('\n', from)) >= 0; from = end + 1) {
            line.append(text, from, end);
            endLine();
        }
        if (from < text.length()) {
            line.append(text, from, text.length());
            showLine();
        }
    }

    /** Shows the rest. The next row begins afterwards. */
    public void end() {
        add(held.isEmpty() ? "" : "\n");
        if (!line.isEmpty() || passing) {
            endLine();
        }
        endTable();
        if (fence != null) {
            fence = null;
            rule("");
        }
    }

    private void showLine() {
        String source = line.toString();
        if (fence != null) {
            showCode(fence, source);
            return;
        }
        if (block == null) {
            block = Block.of(source, false);
        }
        if (block == null || (!table.isEmpty() && block.kind() != Block.Kind.TABLE)) {
            return; // a table ends first, as soon as this line has
        } else if (source.length() > LONGEST) {
            endLine();
        } else if (block.kind() == Block.Kind.TABLE) {
            row.show(Glyph.of(Columns.fit(source.strip(), screen.columns() - 1), Glyph.DIM));
        } else {
            showWords(block, source, false);
        }
    }

    private void showCode(Fence code, String source) {
        if (screen.rewrites() && (passing || !code.mayEndAt(source))) {
            screen.write(passing ? source : source.substring(indent(source, code.indent)));
            passing = true;
            line.setLength(0);
        }
    }

    private static int indent(String source, int most) {
        int indent = 0;
        while (indent < Math.min(most, source.length()) && source.charAt(indent) == ' ') {
            indent++;
        }
        return indent;
    }

    private void endLine() {
        String source = line.toString();
        if (fence != null) {
            endCodeLine(fence, source);
        } else {
            Block whole = block != null && block.kind() == Block.Kind.WORDS ? block : Block.of(source, true);
            if (whole != null) {
                endLine(whole, source);
            }
        }
        line.setLength(0);
        block = null;
        done = 0;
    }

    private void endLine(Block whole, String source) {
        if (whole.kind() == Block.Kind.TABLE) {
            table.add(source);
            return;
        }
        endTable();
        switch (whole.kind()) {
            case FENCE -> begin(Block.fence(source));
            case RULE -> row.finish(Glyph.of("─".repeat(Math.min(RULE, screen.columns())), Glyph.DIM));
            default -> showWords(whole, source, true);
        }
    }

    private void begin(Matcher code) {
        if (code.matches()) {
            fence = new Fence(code.group(1).length(), code.group(2));
            rule(code.group(3).strip());
        }
    }

    private void rule(String language) {
        String head = language.isEmpty() ? "" : "── " + Columns.fit(language, RULE / 2) + " ";
        int rest = Math.min(RULE, screen.columns()) - Columns.of(head);
        row.finish(Glyph.of(head + "─".repeat(Math.max(0, rest)), Glyph.DIM));
    }

    private void endCodeLine(Fence code, String source) {
        if (!passing && code.endsAt(source)) {
            fence = null;
            rule("");
        } else {
            screen.write((passing ? source : source.substring(indent(source, code.indent))) + "\n");
        }
        passing = false;
    }

    private void endTable() {
        if (table.isEmpty()) {
            return;
        }
        List<String> rows = List.copyOf(table);
        table.clear();
        if (Tables.isTable(rows)) {
            Tables.render(rows, screen.columns()).forEach(row::finish);
        } else {
            rows.forEach(each -> Rows.wrap(Inline.glyphs(each, true, 0), screen.columns(), screen.columns())
                    .forEach(row::finish));
        }
    }

    /** Finishes the rows that are full, and shows the last one. */
    private void showWords(Block words, String source, boolean complete) {
        boolean leaves = row.isTooWide();
        if (leaves) {
            done += row.size() - before(words).size();
            row.leave();
        }
        List<Glyph> glyphs = glyphs(words, source, complete);
        while (leaves && done < glyphs.size() && glyphs.get(done).isSpace()) {
            done++;
        }
        List<Glyph> rest = glyphs.subList(Math.min(done, glyphs.size()), glyphs.size());
        List<List<Glyph>> rows = Rows.wrap(rest, room(before(words)), room(words.others()));
        for (int i = 0; i < rows.size(); i++) {
            List<Glyph> whole = new ArrayList<>(before(words));
            whole.addAll(rows.get(i));
            if (i < rows.size() - 1 || complete) {
                row.finish(whole);
                done += rows.get(i).size();
            } else {
                row.show(whole);
            }
        }
    }

    /** The text before the words in the next row. */
    private List<Glyph> before(Block words) {
        return done == 0 ? words.first() : words.others();
    }

    private int room(List<Glyph> before) {
        return Math.max(1, screen.columns() - Glyph.columns(before));
    }

    /** At its end a line may turn out to be of another kind; its finished rows then stay unchanged. */
    private List<Glyph> glyphs(Block words, String source, boolean complete) {
        String content = source.substring(Math.min(words.content(), source.length()));
        List<Glyph> glyphs = Inline.glyphs(content, complete, words.style());
        if (!complete || done == 0) {
            return glyphs;
        }
        List<Glyph> before = Inline.glyphs(content, false, words.style());
        boolean same = done <= Math.min(glyphs.size(), before.size())
                && glyphs.subList(0, done).equals(before.subList(0, done));
        return same ? glyphs : before;
    }
}
