package dev.runnel.protocol.sse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Parses an event stream from bytes as they arrive, as the WHATWG HTML standard defines it (section 9.2.6, "Interpreting an
 * event stream"): LF, CRLF and lone CR end a line, a byte order mark at the start is skipped, comments and unknown fields are
 * ignored, and an event is dispatched at a blank line if it has data. The result never depends on how the bytes were cut.
 *
 * <p>Pull-based and zero-copy: {@link #feed} lends a slice, {@link #next} is then called until it returns null; only then may
 * the slice be reused.
 *
 * <pre>{@code
 * SseEvent event;
 * while ((event = parser.next()) == null) {
 *     int n = in.read(buffer);
 *     if (n < 0) return parser.finish();
 *     parser.feed(buffer, 0, n);
 * }
 * }</pre>
 *
 * <p>Not thread-safe. An event larger than the limit ends parsing with {@link SseLimitException}.
 */
public final class SseParser {
    /** The default limit on one event's size: {@value} bytes. */
    public static final int DEFAULT_MAX_EVENT_BYTES = 16 * 1024 * 1024;

    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] DATA = ascii("data");
    private static final byte[] EVENT = ascii("event");
    private static final byte[] ID = ascii("id");
    private static final byte[] RETRY = ascii("retry");
    private static final byte[] ERROR = ascii("error");
    private static final int MAX_RETRY_DIGITS = 9;

    /** Of a line that is quoted, in bytes. */
    private static final int MAX_STRAY = 300;

    /** A buffer that an uncommonly large event has grown is not kept for the rest of the stream. */
    private static final int MAX_KEPT_BYTES = 64 * 1024;
    private static final String DEFAULT_TYPE = "message";

    private final int maxEventBytes;
    private final boolean errorLines;

    private byte[] input = new byte[0];
    private int position;
    private int limit;

    /** The start of a line whose end has not arrived yet. */
    private final ByteBuffer line = new ByteBuffer(256);
    private final ByteBuffer data = new ByteBuffer(512);
    private boolean hasData;
    private byte[] typeBytes = ascii(DEFAULT_TYPE);
    private String typeName = DEFAULT_TYPE;
    private boolean typed;
    private @Nullable String lastId;
    private int bomMatched;
    private boolean skipLineFeed;
    private long retryMillis = -1;
    private String strayLine = "";

    /** A parser with the {@linkplain #DEFAULT_MAX_EVENT_BYTES default limit}. */
    public SseParser() {
        this(DEFAULT_MAX_EVENT_BYTES);
    }

    /**
     * A parser with a limit of its own.
     *
     * @param maxEventBytes the most bytes that one event's data and the line being read may hold together; at least 1
     */
    public SseParser(int maxEventBytes) {
        this(maxEventBytes, false);
    }

    private SseParser(int maxEventBytes, boolean errorLines) {
        if (maxEventBytes < 1) {
            throw new IllegalArgumentException("maxEventBytes must be at least 1, not " + maxEventBytes);
        }
        this.maxEventBytes = maxEventBytes;
        this.errorLines = errorLines;
    }

    /**
     * A parser, with the default limit, for the streams of model servers, some of which write an error between the events. What the
     * standard ignores is read: a field {@code error: …}, in upper or lower case, as {@code event: error} with that data, and a line
     * that begins with a brace as data. Of other lines that are no field, the last one is {@linkplain #strayLine() kept}.
     */
    public static SseParser takingErrorLines() {
        return new SseParser(DEFAULT_MAX_EVENT_BYTES, true);
    }

    /**
     * Lends the parser more bytes of the stream.
     *
     * @throws IllegalStateException if {@link #next} has not yet returned null for the slice before
     */
    public void feed(byte[] bytes, int offset, int length) {
        if (position < limit) {
            throw new IllegalStateException(
                    "the previous slice is not parsed to its end: call next() until it returns null");
        }
        input = bytes;
        position = offset;
        limit = offset + length;
    }

    /**
     * The next event in the bytes fed so far, or null if they hold no whole one.
     *
     * @throws SseLimitException if an event grows beyond the limit
     */
    public @Nullable SseEvent next() {
        skipByteOrderMark();
        while (position < limit) {
            if (skipLineFeed) {
                skipLineFeed = false;
                if (input[position] == '\n') {
                    position++;
                    continue;
                }
            }
            int end = endOfLine();
            if (end < 0) {
                keepUnfinishedLine();
                return null;
            }
            skipLineFeed = input[end] == '\r';
            int start = position;
            position = end + 1;
            SseEvent event;
            if (line.length == 0) {
                event = endLine(input, start, end);
            } else {
                keep(input, start, end);
                event = endLine(line.bytes, 0, line.length);
                line.clear();
            }
            if (event != null) {
                return event;
            }
        }
        return null;
    }

    /**
     * Ends the stream: returns the event that lacked only its blank line, or null. The standard discards it; some model servers
     * leave the blank line out after their last event, so the caller decides.
     */
    public @Nullable SseEvent finish() {
        if (bomMatched > 0 && bomMatched < BOM.length) {
            keep(BOM, 0, bomMatched);
        }
        if (line.length > 0) {
            endLine(line.bytes, 0, line.length);
            line.length = 0;
        }
        return dispatch();
    }

    /** How long the stream last asked to wait before connecting again, in milliseconds; empty if it did not. */
    public OptionalLong retryMillis() {
        return retryMillis < 0 ? OptionalLong.empty() : OptionalLong.of(retryMillis);
    }

    /** How many bytes the parser keeps in memory for the event that is being read. */
    public int heldBytes() {
        return line.bytes.length + data.bytes.length;
    }

    private void skipByteOrderMark() {
        while (bomMatched < BOM.length && position < limit) {
            if (input[position] != BOM[bomMatched]) {
                keep(BOM, 0, bomMatched);
                bomMatched = BOM.length;
                return;
            }
            position++;
            bomMatched++;
        }
    }

    private int endOfLine() {
        byte[] bytes = input;
        for (int i = position; i < limit; i++) {
            byte b = bytes[i];
            if (b == '\n' || b == '\r') {
                return i;
            }
        }
        return -1;
    }

    private void keepUnfinishedLine() {
        keep(input, position, limit);
        position = limit;
    }

    private void keep(byte[] bytes, int start, int end) {
        checkLimit(line.length + (end - start));
        line.append(bytes, start, end);
    }

    /** A line counts in full while it is read, then only with its data, however the line arrived. */
    private void checkLimit(int lineLength) {
        if ((long) data.length + lineLength > maxEventBytes) {
            throw new SseLimitException(maxEventBytes);
        }
    }

    private @Nullable SseEvent endLine(byte[] bytes, int start, int end) {
        if (start == end) {
            return dispatch();
        }
        checkLimit(end - start);
        int colon = start;
        while (colon < end && bytes[colon] != ':') {
            colon++;
        }
        if (colon == start) {
            return null; // a comment
        }
        int value = Math.min(colon + 1, end);
        if (value < end && bytes[value] == ' ') {
            value++;
        }
        if (isField(DATA, bytes, start, colon)) {
            if (hasData) {
                data.append((byte) '\n');
            }
            data.append(bytes, value, end);
            hasData = true;
        } else if (isField(EVENT, bytes, start, colon)) {
            setType(bytes, value, end);
        } else if (isField(ID, bytes, start, colon)) {
            setId(bytes, value, end);
        } else if (isField(RETRY, bytes, start, colon)) {
            setRetry(bytes, value, end);
        } else if (errorLines) {
            takeStray(bytes, start, colon, value, end);
        }
        return null;
    }

    private void takeStray(byte[] bytes, int start, int colon, int value, int end) {
        String field = new String(bytes, start, Math.min(colon - start, ERROR.length + 1), StandardCharsets.ISO_8859_1);
        if (field.equalsIgnoreCase("error")) {
            setType(ERROR, 0, ERROR.length);
            data.length = 0;
            data.append(bytes, value, end);
            hasData = true;
        } else if (bytes[start] == '{') {
            if (hasData) {
                data.append((byte) '\n');
            }
            data.append(bytes, start, end);
            hasData = true;
        } else {
            strayLine = new String(bytes, start, Math.min(end - start, MAX_STRAY), StandardCharsets.UTF_8).strip();
        }
    }

    /** The last line that was no field of an event stream, of at most {@value #MAX_STRAY} bytes; empty if there was none. */
    public String strayLine() {
        return strayLine;
    }

    /** Remembers the last type's bytes: a stream repeats few types, and each string is then made once. */
    private void setType(byte[] bytes, int start, int end) {
        typed = end > start;
        if (typed && !Arrays.equals(typeBytes, 0, typeBytes.length, bytes, start, end)) {
            typeBytes = Arrays.copyOfRange(bytes, start, end);
            typeName = new String(typeBytes, StandardCharsets.UTF_8);
        }
    }

    private void setId(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] == 0) {
                return; // an id with a NULL is ignored, says the standard
            }
        }
        lastId = new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    private void setRetry(byte[] bytes, int start, int end) {
        long millis = 0;
        for (int i = start; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return;
            }
            millis = millis * 10 + (bytes[i] - '0');
        }
        if (end > start && end - start <= MAX_RETRY_DIGITS) {
            retryMillis = millis;
        }
    }

    private @Nullable SseEvent dispatch() {
        SseEvent event = null;
        if (hasData) {
            event = new SseEvent(typed ? typeName : DEFAULT_TYPE, data.copy(), lastId);
        }
        data.clear();
        hasData = false;
        typed = false;
        return event;
    }

    private static boolean isField(byte[] name, byte[] bytes, int start, int end) {
        return Arrays.equals(name, 0, name.length, bytes, start, end);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class ByteBuffer {
        private byte[] bytes;
        private int length;

        ByteBuffer(int capacity) {
            bytes = new byte[capacity];
        }

        void append(byte value) {
            reserve(1);
            bytes[length++] = value;
        }

        void append(byte[] source, int start, int end) {
            reserve(end - start);
            System.arraycopy(source, start, bytes, length, end - start);
            length += end - start;
        }

        void clear() {
            length = 0;
            if (bytes.length > MAX_KEPT_BYTES) {
                bytes = new byte[256];
            }
        }

        byte[] copy() {
            return Arrays.copyOf(bytes, length);
        }

        private void reserve(int more) {
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
            }
        }
    }
}
