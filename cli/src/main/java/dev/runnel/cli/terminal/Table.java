package dev.runnel.cli.terminal;

import dev.runnel.cli.text.Clean;
import dev.runnel.cli.text.Columns;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Rows under a headline. On a terminal they fit its width: it shortens ids first (all commands accept them), then times, then
 * the widest column. In a pipe nothing is shortened.
 */
public final class Table {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final String GAP = "  ";

    /** An id's prefix, and enough letters to tell it from others. */
    private static final int SHORT_ID = 14;

    private static final String CREATED = "CREATED";
    private static final int SHORT_TIME = 11;
    private static final int NARROWEST = 4;

    /** In a pipe, the longest beginning of a text. */
    private static final int LONGEST = 48;

    private final List<List<String>> rows = new ArrayList<>();
    private final Set<Integer> ids;

    /** A table; headlines that end in an asterisk are of columns with ids. */
    public Table(String... headline) {
        ids = Set.copyOf(IntStream.range(0, headline.length).filter(i -> headline[i].endsWith("*")).boxed().toList());
        rows.add(Arrays.stream(headline).map(each -> each.replace("*", "")).toList());
    }

    public void row(String... cells) {
        rows.add(Arrays.stream(cells).map(Clean::line).toList());
    }

    /** Prints it. */
    public void print() {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], Columns.of(row.get(i)));
            }
        }
        if (StandardStreams.isTerminal(1)) {
            fit(widths, Window.columns() - GAP.length() * (widths.length - 1));
        }
        Terminal.write(Terminal.styled(Terminal.Style.BOLD, line(rows.getFirst(), widths)) + "\n");
        rows.stream().skip(1).forEach(row -> Terminal.write(line(row, widths) + "\n"));
    }

    private void fit(int[] widths, int room) {
        for (int id : ids) {
            if (IntStream.of(widths).sum() > room) {
                widths[id] = Math.min(widths[id], SHORT_ID);
            }
        }
        int times = rows.getFirst().indexOf(CREATED);
        if (IntStream.of(widths).sum() > room && times >= 0) {
            rows.replaceAll(row -> withShortTime(row, times));
            widths[times] = SHORT_TIME;
        }
        while (IntStream.of(widths).sum() > room) {
            int widest = IntStream.range(0, widths.length).filter(i -> i != times)
                    .reduce((a, b) -> widths[b] > widths[a] ? b : a)
                    .orElse(0);
            if (widths[widest] <= NARROWEST) {
                return;
            }
            widths[widest]--;
        }
    }

    /** Without year and seconds. */
    private static List<String> withShortTime(List<String> row, int column) {
        List<String> shorter = new ArrayList<>(row);
        shorter.set(column, row.get(column).replaceFirst("^\\d+-(\\d+-\\d+ \\d+:\\d+):\\d+$", "$1"));
        return shorter;
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(Columns.pad(Columns.fit(row.get(i), widths[i]), widths[i])).append(GAP);
        }
        return line.toString().stripTrailing();
    }

    /** A time in seconds since the epoch, as local time. */
    public static String time(long seconds) {
        return TIME.format(Instant.ofEpochSecond(seconds).atZone(ZoneId.systemDefault()));
    }

    /** The beginning of a text, on one line. */
    public static String beginning(String text) {
        return Columns.fit(Clean.line(text), LONGEST);
    }
}
