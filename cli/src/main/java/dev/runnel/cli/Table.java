package dev.runnel.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** Rows under a headline, in columns as wide as they need be. */
final class Table {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final int WIDEST = 48;
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headline) {
        rows.add(List.of(headline));
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** Prints it. */
    void print() {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        Terminal.print(Terminal.styled(Terminal.Style.BOLD, line(rows.getFirst(), widths)) + "\n");
        rows.stream().skip(1).forEach(row -> Terminal.print(line(row, widths) + "\n"));
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(row.get(i)).repeat(' ', widths[i] - length(row.get(i))).append(GAP);
        }
        return line.toString().stripTrailing();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** A time of the protocol's, in seconds since the epoch, as clocks here show it. */
    static String time(long seconds) {
        return TIME.format(Instant.ofEpochSecond(seconds).atZone(ZoneId.systemDefault()));
    }

    /** The beginning of a text, on one line, without what a terminal would take for a command. */
    static String beginning(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        int end = line.offsetByCodePoints(0, Math.min(WIDEST, length(line)));
        return end == line.length() ? line : line.substring(0, end) + "…";
    }
}
