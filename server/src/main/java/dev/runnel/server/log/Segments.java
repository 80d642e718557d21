package dev.runnel.server.log;

import dev.runnel.server.store.LogStore.Segment;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Entries as segments, the form they are kept in: a line each, name, tab, data. Neither holds a tab or a line end of its own. */
public final class Segments {
    private Segments() {}

    /** Consecutive entries, at least one, as a segment. */
    public static Segment pack(List<LogEntry> entries) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream(256 * entries.size());
        for (LogEntry entry : entries) {
            lines.writeBytes(entry.name().getBytes(StandardCharsets.US_ASCII));
            lines.write('\t');
            lines.writeBytes(entry.data());
            lines.write('\n');
        }
        return new Segment(entries.getLast().seq(), lines.toByteArray());
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
