package dev.runnel.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Renders a table of Markdown within the columns of a terminal; cells that are too wide wrap. */
final class Tables {
    private static final Pattern SEPARATOR = Pattern.compile(" *\\|?[ \t]*:?-+:?[ \t]*(\\|[ \t]*:?-+:?[ \t]*)*\\|? *");
    private static final Pattern CELL_EDGE = Pattern.compile("(?<!\\\\)\\|");
    private static final List<Glyph> BETWEEN = Glyph.of(" │ ", Glyph.DIM);
    private static final int NARROWEST = 4;

    private Tables() {}

    /** Whether the rows are a table: the second one says so. */
    static boolean isTable(List<String> rows) {
        return rows.size() >= 2 && SEPARATOR.matcher(rows.get(1)).matches();
    }

    /** The rows of the screen. */
    static List<List<Glyph>> render(List<String> rows, int columns) {
        List<String> aligns = cells(rows.get(1));
        int count = Math.max(1, cells(rows.getFirst()).size());
        List<List<List<Glyph>>> cells = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            if (r != 1) {
                cells.add(cells(rows.get(r), count, r == 0 ? Glyph.BOLD : 0));
            }
        }
        int[] widths = widths(cells, count, columns - BETWEEN.size() * (count - 1));
        List<List<Glyph>> screen = new ArrayList<>();
        screen.addAll(lines(cells.getFirst(), widths, aligns));
        screen.add(rule(widths));
        cells.stream().skip(1).forEach(row -> screen.addAll(lines(row, widths, aligns)));
        return screen;
    }

    private static List<String> cells(String row) {
        String inner = row.strip();
        inner = inner.startsWith("|") ? inner.substring(1) : inner;
        inner = inner.endsWith("|") && !inner.endsWith("\\|") ? inner.substring(0, inner.length() - 1) : inner;
        return CELL_EDGE.splitAsStream(inner).map(String::strip).toList();
    }

    private static List<List<Glyph>> cells(String row, int count, int style) {
        List<String> texts = cells(row);
        return IntStream.range(0, count)
                .mapToObj(i -> i < texts.size() ? Inline.glyphs(texts.get(i).replace("<br>", " "), true, style)
                        : List.<Glyph>of())
                .toList();
    }

    /** As wide as the widest cell; the widest columns give way where there is not enough room. */
    private static int[] widths(List<List<List<Glyph>>> rows, int count, int room) {
        int[] widths = new int[count];
        for (List<List<Glyph>> row : rows) {
            for (int i = 0; i < count; i++) {
                widths[i] = Math.max(widths[i], Glyph.columns(row.get(i)));
            }
        }
        while (IntStream.of(widths).sum() > room) {
            int widest = IntStream.range(0, count).reduce(0, (a, b) -> widths[b] > widths[a] ? b : a);
            if (widths[widest] <= NARROWEST) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    private static List<List<Glyph>> lines(List<List<Glyph>> row, int[] widths, List<String> aligns) {
        List<List<List<Glyph>>> wrapped = IntStream.range(0, widths.length)
                .mapToObj(i -> Rows.wrap(row.get(i), Math.max(1, widths[i]), Math.max(1, widths[i]))).toList();
        int height = wrapped.stream().mapToInt(List::size).max().orElse(1);
        List<List<Glyph>> lines = new ArrayList<>();
        for (int line = 0; line < height; line++) {
            List<Glyph> glyphs = new ArrayList<>();
            for (int i = 0; i < widths.length; i++) {
                List<List<Glyph>> cell = wrapped.get(i);
                glyphs.addAll(i == 0 ? List.of() : BETWEEN);
                glyphs.addAll(aligned(line < cell.size() ? cell.get(line) : List.of(), widths[i],
                        i < aligns.size() ? aligns.get(i) : ""));
            }
            lines.add(glyphs);
        }
        return lines;
    }

    private static List<Glyph> aligned(List<Glyph> cell, int width, String align) {
        int end = cell.size();
        while (end > 0 && cell.get(end - 1).isSpace()) {
            end--;
        }
        List<Glyph> words = cell.subList(0, end);
        int free = Math.max(0, width - Glyph.columns(words));
        int before = !align.endsWith(":") ? 0 : align.startsWith(":") ? free / 2 : free;
        List<Glyph> all = new ArrayList<>(Glyph.of(" ".repeat(before), 0));
        all.addAll(words);
        all.addAll(Glyph.of(" ".repeat(free - before), 0));
        return all;
    }

    private static List<Glyph> rule(int[] widths) {
        StringBuilder rule = new StringBuilder();
        for (int width : widths) {
            rule.append(rule.isEmpty() ? "" : "─┼─").repeat("─", width);
        }
        return Glyph.of(rule.toString(), Glyph.DIM);
    }
}
