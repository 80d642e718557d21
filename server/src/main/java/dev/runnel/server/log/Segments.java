package dev.runnel.server.log;

import dev.runnel.server.store.LogStore.Segment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Entries as segments, the form they are kept in: a line each, name, tab, data. Neither holds a tab or a line end of its own. */
public final class Segments {
    private Segments() {}

    /** Consecutive entries as segments; in most cases as one. */
    public static List<Segment> pack(List<LogEntry> entries) {
        return Segment.join(entries.stream().map(entry -> new Segment(entry.seq(), line(entry))).toList());
    }

    private static byte[] line(LogEntry entry) {
        byte[] name = entry.name().getBytes(StandardCharsets.US_ASCII);
        byte[] line = Arrays.copyOf(name, entry.size());
        line[name.length] = '\t';
        System.arraycopy(entry.data(), 0, line, name.length + 1, entry.data().length);
        line[line.length - 1] = '\n';
        return line;
    }

    /** A segment's entries. */
    static List<LogEntry> unpack(Segment segment) {
        byte[] lines = segment.events();
        List<LogEntry> reversed = new ArrayList<>();
        long seq = segment.last();
        for (int end = lines.length - 1; end > 0; seq--) {
            int start = end;
            int tab = end;
            while (start > 0 && lines[start - 1] != '\n') {
                start--;
                tab = lines[start] == '\t' ? start : tab;
            }
            String name = new String(lines, start, tab - start, StandardCharsets.US_ASCII);
            reversed.add(new LogEntry(seq, name, Arrays.copyOfRange(lines, tab + 1, end)));
            end = start - 1;
        }
        return reversed.reversed();
    }
}
