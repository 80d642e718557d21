package dev.runnel.server.store.sqlite;

import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.LogStore.Segment;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What one transaction adds to the journal: segments of any number of runs, as one row. With a row for each, statements were a good
 * part of what the writer did.
 */
final class JournalRow implements Sql.Gathered {
    /** Beyond this a row is full, in bytes: the next segment begins another. */
    static final int FULL = 1 << 20;

    private static final int HEAD = 3 * Long.BYTES + Integer.BYTES;

    private final ByteBuffer head = ByteBuffer.allocate(HEAD);
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

    /** That of the last segment: those of the others are before it, so once it is not needed none of them is. */
    private long place;

    /** A segment and the run whose it is. */
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
