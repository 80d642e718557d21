package dev.runnel.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A terminal's screen: it wraps at its last column, and knows carriage return, line feed, erasing and styles. */
final class EmulatedScreen implements Screen {
    private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[([0-9;]*)([A-Za-z])");

    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> writes = new ArrayList<>();
    private final boolean terminal;
    private int columns;
    private int column;

    EmulatedScreen(int columns, boolean terminal) {
        this.columns = columns;
        this.terminal = terminal;
        rows.add(new ArrayList<>());
    }

    void resize(int newColumns) {
        columns = newColumns;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public boolean styled() {
        return terminal;
    }

    @Override
    public boolean rewrites() {
        return terminal;
    }

    @Override
    public void write(String text) {
        writes.add(text);
        Matcher sequence = SEQUENCE.matcher(text);
        for (int i = 0; i < text.length();) {
            if (sequence.region(i, text.length()).lookingAt()) {
                if (sequence.group(2).equals("K")) {
                    List<String> row = rows.getLast();
                    row.subList(Math.min(column, row.size()), row.size()).clear();
                }
                i = sequence.end();
                continue;
            }
            int end = Glyph.clusterEnd(text, i);
            put(text.substring(i, end));
            i = end;
        }
    }

    private void put(String glyph) {
        if (glyph.equals("\n")) {
            rows.add(new ArrayList<>());
            column = 0;
            return;
        } else if (glyph.equals("\r")) {
            column = 0;
            return;
        }
        int width = Columns.of(glyph);
        if (column + width > columns) {
            put("\n");
        }
        List<String> row = rows.getLast();
        while (row.size() < column + width) {
            row.add(" ");
        }
        row.set(column, glyph);
        for (int i = 1; i < width; i++) {
            row.set(column + i, "");
        }
        column += width;
    }

    /** The rows, without the spaces at their ends. */
    String shown() {
        List<String> lines = rows.stream().map(row -> String.join("", row).stripTrailing()).toList();
        return String.join("\n", lines);
    }

    /** The written text, piece by piece. */
    List<String> writes() {
        return writes;
    }
}
