package dev.runnel.protocol.sse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Encodes server-sent events into one growing buffer, so that whatever is due can go out in one write. Lines end with LF.
 * Not thread-safe.
 *
 * <p>The data of {@link #event} must hold no line ends: JSON as Jackson writes it never does.
 */
public final class SseWriter {
    private static final byte[] ID = ascii("id: ");
    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DATA = ascii("data: ");
    private static final byte[] DONE_EVENT = ascii("event: done\ndata: [DONE]\n\n");
    private static final byte[] DONE_DATA = ascii("data: [DONE]\n\n");

    /**
     * A comment line and no blank line after it: once an {@code id} was sent, a blank line makes an official Python SDK
     * dispatch an empty event and die in its JSON parser.
     */
    private static final byte[] PING = ascii(": ping\n");

    private static final int USUAL_SIZE = 512;
    private static final int MAX_KEPT_SIZE = 64 * 1024;

    private byte[] buffer = new byte[USUAL_SIZE];
    private int length;

    /** A writer whose buffer is empty. */
    public SseWriter() {}

    /** Appends an event with an id, a type and data. */
    public SseWriter event(long id, String type, byte[] data) {
        put(ID);
        put(ascii(Long.toString(id)));
        put('\n');
        put(EVENT);
        put(ascii(type));
        put('\n');
        return data(data);
    }

    /** Appends an event with a type and data, without an id. */
    public SseWriter event(String type, byte[] data) {
        put(EVENT);
        put(ascii(type));
        put('\n');
        return data(data);
    }

    /** Appends an event of data alone, as chat completions stream. */
    public SseWriter data(byte[] data) {
        put(DATA);
        put(data);
        put('\n');
        put('\n');
        return this;
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

    /** Forgets what was appended. A buffer that is much larger than that, or than 64 KiB, is let go: a stream may be silent for long. */
    public void clear() {
        boolean tooLarge = buffer.length > USUAL_SIZE && length < buffer.length / 4;
        if (tooLarge || buffer.length > MAX_KEPT_SIZE) {
            buffer = new byte[USUAL_SIZE];
        }
        length = 0;
    }

    /** A copy of what was appended. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, length);
    }

    private void put(char ascii) {
        reserve(1);
        buffer[length++] = (byte) ascii;
    }

    private void put(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
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
