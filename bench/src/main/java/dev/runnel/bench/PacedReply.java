package dev.runnel.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The bytes of one streamed reply from the HTTP head to the last chunk, the same for every stream, and how far a
 * stream may have written them at each beat. Beat 0 is the head and the first token, the last beat all that follows
 * the last token; without an interval there is one beat. Used by one thread.
 */
final class PacedReply {
    private static final String HEAD = """
            HTTP/1.1 200 OK\r
            Content-Type: text/event-stream; charset=utf-8\r
            Cache-Control: no-cache\r
            Transfer-Encoding: chunked\r
            \r
            """;

    private final ByteBuffer bytes;
    private final int[] ends;

    /** Where the tokens' stamps lie, if they have any. */
    private final int[] stamps;
    private final long intervalNanos;

    /** @param interval from token to token; zero for all at once, as fast as the connection takes it */
    PacedReply(PacedEvents events, Duration interval) {
        var out = new ByteArrayOutputStream();
        intervalNanos = interval.toNanos();
        out.writeBytes(HEAD.getBytes(UTF_8));
        events.opening().forEach(event -> write(out, event));
        var ends = new ArrayList<Integer>();
        for (var token : events.tokens()) {
            write(out, token);
            ends.add(out.size());
        }
        events.ending().forEach(event -> write(out, event));
        out.writeBytes("0\r\n\r\n".getBytes(UTF_8));
        ends.add(out.size());
        this.ends = (interval.isZero() ? ends.subList(events.tokens().size(), ends.size()) : ends).stream()
                .mapToInt(end -> end).toArray();
        stamps = Stamp.places(out.toByteArray());
        bytes = ByteBuffer.allocateDirect(out.size()).put(out.toByteArray());
    }

    private static void write(ByteArrayOutputStream out, byte[] event) {
        out.writeBytes((Integer.toHexString(event.length) + "\r\n").getBytes(UTF_8));
        out.writeBytes(event);
        out.writeBytes("\r\n".getBytes(UTF_8));
    }

    int beats() {
        return ends.length;
    }

    long intervalNanos() {
        return intervalNanos;
    }

    /** As {@link #slice}, with a time for the tokens in it: the one before, if the stream has written part of a stamp. */
    ByteBuffer stamped(int position, int beat, long nanos) {
        byte[] digits = Stamp.digits(nanos);
        bytes.clear();
        for (int i = stampAt(position); i < stamps.length && stamps[i] < ends[beat]; i++) {
            bytes.put(stamps[i], digits);
        }
        return slice(position, beat);
    }

    /** Whether a position lies within a stamp. */
    boolean splitsStamp(int position) {
        int at = stampAt(position);
        return at < stamps.length && stamps[at] < position;
    }

    /** The first stamp that ends after a position. */
    private int stampAt(int position) {
        int found = Arrays.binarySearch(stamps, position - Stamp.DIGITS + 1);
        return found < 0 ? -found - 1 : found;
    }

    /**
     * The part that a stream which has written up to a position still has to write by the end of a beat. Valid until the next
     * call.
     */
    ByteBuffer slice(int position, int beat) {
        return bytes.limit(ends[beat]).position(position);
    }
}
