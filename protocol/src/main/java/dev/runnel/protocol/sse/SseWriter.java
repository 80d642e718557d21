package dev.runnel.protocol.sse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Encodes server-sent events into one growing buffer, so that one write can send several events. Lines end with LF. Not
 * thread-safe.
 *
 * <p>Data cannot break an event's frame: each of its lines, whether LF, CR or CRLF ends it, gets a {@code data} field of its own.
 */
public final class SseWriter {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private static final byte[] ID = ascii("id: ");
    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DATA = ascii("data: ");
    private static final byte[] DONE_EVENT = ascii("event: done\ndata: [DONE]\n\n");
    private static final byte[] DONE_DATA = ascii("data: [DONE]\n\n");

    /**
     * A comment line and no blank line after it: once an {@code id} was sent, a blank line makes an official Python SDK
     * dispatch an empty event and fail in its JSON parser.
     */
    private static final byte[] PING = ascii(": ping\n");

    private static final int USUAL_SIZE = 512;
    private static final int MAX_KEPT_SIZE = 64 * 1024;

    /** A buffer of this size is kept whatever it held: a few events may come together again at any time. */
    private static final int SMALL_SIZE = 2 * 1024;

    private byte[] buffer = new byte[USUAL_SIZE];
    private int length;

    /** A writer whose buffer is empty. */
    public SseWriter() {}

    /**
     * Appends an event with an id, a type and data.
     *
     * @throws IllegalArgumentException if the type has a line end
     */
    public SseWriter event(long id, String type, byte[] data) {
        put(ID);
        put(ascii(Long.toString(id)));
        put('\n');
        return event(type, data);
    }

    /**
     * Appends an event with a type and data, without an id.
     *
     * @throws IllegalArgumentException if the type has a line end
     */
    public SseWriter event(String type, byte[] data) {
        if (type.indexOf('\n') >= 0 || type.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("an event's type is one line");
        }
        put(EVENT);
        put(ascii(type));
        put('\n');
        return data(data);
    }

    /** Appends an event of data alone, as chat completions stream. */
    public SseWriter data(byte[] data) {
        int start = 0;
        for (int end; (end = lineEnd(data, start)) < data.length;) {
            line(data, start, end);
            boolean two = data[end] == '\r' && end + 1 < data.length && data[end + 1] == '\n';
            start = end + (two ? 2 : 1);
        }
        line(data, start, data.length);
        put('\n');
        return this;
    }

    private void line(byte[] data, int start, int end) {
        put(DATA);
        put(data, start, end);
        put('\n');
    }

    /** Where a line ends: at the first CR or LF, or at the data's end. Eight bytes at a time, as nearly all data has neither. */
    private static int lineEnd(byte[] data, int start) {
        int i = start;
        while (i <= data.length - Long.BYTES) {
            long eight = (long) LONGS.get(data, i);
            if (hasZero(eight ^ ('\n' * ONES)) || hasZero(eight ^ ('\r' * ONES))) {
                break;
            }
            i += Long.BYTES;
        }
        while (i < data.length && data[i] != '\n' && data[i] != '\r') {
            i++;
        }
        return i;
    }

    private static boolean hasZero(long eight) {
        return ((eight - ONES) & ~eight & HIGH_BITS) != 0;
    }

    /** Appends the end of a run's stream: {@code event: done}, {@code data: [DONE]}. */
    public SseWriter doneEvent() {
        put(DONE_EVENT);
        return this;
    }

    /** Appends the end of a chat completion's stream: {@code data: [DONE]}. */
    public SseWriter doneData() {
        put(DONE_DATA);
        return this;
    }

    /** Appends a keep-alive: one comment line, no blank line. */
    public SseWriter ping() {
        put(PING);
        return this;
    }

    /** How many bytes wait to be taken. */
    public int size() {
        return length;
    }

    /** The buffer itself; its first {@link #size()} bytes are valid until the next append. */
    public byte[] array() {
        return buffer;
    }

    /**
     * Empties the buffer. One of more than 64 KiB is released, and one of more than 2 KiB that is much larger than its content: a
     * stream may be silent for long.
     */
    public void clear() {
        boolean tooLarge = buffer.length > SMALL_SIZE && length < buffer.length / 4;
        if (tooLarge || buffer.length > MAX_KEPT_SIZE) {
            buffer = new byte[USUAL_SIZE];
        }
        length = 0;
    }

    /** A copy of the buffer's content. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, length);
    }

    private void put(char ascii) {
        reserve(1);
        buffer[length++] = (byte) ascii;
    }

    private void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    private void put(byte[] bytes, int start, int end) {
        reserve(end - start);
        System.arraycopy(bytes, start, buffer, length, end - start);
        length += end - start;
    }

    private void reserve(int more) {
        if (length + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
