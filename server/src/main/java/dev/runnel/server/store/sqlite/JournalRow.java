package dev.runnel.server.store.sqlite;

import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.LogStore.Segment;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The segments that one transaction adds to the journal, of any number of runs, as one row. With a row for each
 * segment, the statements took a good part of the writer's time.
 */
final class JournalRow implements Sql.Gathered {
    /** The size in bytes at which a row is full: the next segment begins another row. */
    static final int FULL = 1 << 20;

    private static final int HEAD = 3 * Long.BYTES + Integer.BYTES;

    private final ByteBuffer head = ByteBuffer.allocate(HEAD);
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

    /** The place of the row's last segment. The others are before it: once it is not needed, none of them is. */
    private long place;

    /** A segment and the run it belongs to. */
    record Part(long run, Segment segment) {}

    void add(long place, long run, Segment segment) {
        head.clear().putLong(run).putLong(segment.last()).putLong(segment.shown()).putInt(segment.events().length);
        parts.write(head.array(), 0, HEAD);
        parts.writeBytes(segment.events());
        this.place = place;
    }

    boolean isFull() {
        return parts.size() >= FULL;
    }

    @Override
    public void write(Sql sql) throws SQLException {
        if (parts.size() > 0) {
            sql.update("INSERT INTO journal (place, parts) VALUES (?, ?)", place, parts.toByteArray());
            clear();
        }
    }

    @Override
    public void clear() {
        parts.reset();
    }

    /** The segments of a row, oldest first. */
    static List<Part> parts(byte[] row) {
        List<Part> parts = new ArrayList<>();
        for (ByteBuffer left = ByteBuffer.wrap(row); left.hasRemaining();) {
            long run = left.getLong();
            long last = left.getLong();
            long shown = left.getLong();
            byte[] events = new byte[left.getInt()];
            left.get(events);
            parts.add(new Part(run, new Segment(last, shown, events)));
        }
        return parts;
    }
}
