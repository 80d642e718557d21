package dev.runnel.server.log;

import dev.runnel.server.store.rows.LogStore.Segment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Converts entries to segments, the form in which they are stored, and back. An entry is one line: name, tab, data.
 * Neither name nor data contains a tab or a line end.
 */
final class Segments {
    private Segments() {}

    /**
     * Packs consecutive entries, at least one, into segments, each as long as a segment may be; usually one is enough.
     */
    static List<Segment> pack(List<LogEntry> entries) {
        List<Segment> segments = new ArrayList<>();
        int from = 0;
        int bytes = 0;
        for (int to = 0; to < entries.size(); to++) {
            int size = entries.get(to).size();
            if (bytes > 0 && bytes + size > Segment.MAX_BYTES) {
                segments.add(pack(entries.subList(from, to), bytes));
                from = to;
                bytes = 0;
            }
            bytes += size;
        }
        segments.add(pack(entries.subList(from, entries.size()), bytes));
        return segments;
    }

    /** Packs consecutive entries that fit into one segment; {@code bytes} is their total size. */
    static Segment pack(List<LogEntry> entries, int bytes) {
        byte[] lines = new byte[bytes];
        int at = 0;
        for (LogEntry entry : entries) {
            byte[] name = entry.name().getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(name, 0, lines, at, name.length);
            at += name.length;
            lines[at++] = '\t';
            System.arraycopy(entry.data(), 0, lines, at, entry.data().length);
            at += entry.data().length;
            lines[at++] = '\n';
        }
        return new Segment(entries.getLast().position(), entries.getLast().number(), lines);
    }

    /** A segment's entries. */
    static List<LogEntry> unpack(Segment segment) {
        byte[] lines = segment.events();
        List<LogEntry> reversed = new ArrayList<>();
        long position = segment.last();
        long number = segment.shown();
        for (int end = lines.length - 1; end > 0; position--) {
            int start = end;
            int tab = end;
            while (start > 0 && lines[start - 1] != '\n') {
                start--;
                tab = lines[start] == '\t' ? start : tab;
            }
            String name = new String(lines, start, tab - start, StandardCharsets.US_ASCII);
            reversed.add(new LogEntry(position, number, name, Arrays.copyOfRange(lines, tab + 1, end)));
            number -= LogEntry.isShown(name) ? 1 : 0;
            end = start - 1;
        }
        return reversed.reversed();
    }
}
