package dev.runnel.server.edge.http2;

/** A frame that came. Its payload lies in the reader's buffer until the next frame is read. For one thread. */
final class Frame {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final int PRIORITIZED = 0x20;

    /** The bytes before a payload. */
    static final int HEAD = 9;

    /** The longest payload, which each side takes if it has not said that it takes more. */
    static final int MOST = 16 * 1024;

    private final int type;
    private final int flags;
    private final int stream;
    private final byte[] bytes;
    private final int length;

    /** A frame whose payload is the first bytes of a buffer. */
    Frame(int type, int flags, int stream, byte[] bytes, int length) {
        this.type = type;
        this.flags = flags;
        this.stream = stream;
        this.bytes = bytes;
        this.length = length;
    }

    int type() {
        return type;
    }

    /** The stream's id; 0 for the connection. */
    int stream() {
        return stream;
    }

    /** The buffer that begins with the payload. */
    byte[] bytes() {
        return bytes;
    }

    /** The bytes of the payload. */
    int length() {
        return length;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Four bytes of the payload as a number without a sign. */
    long number(int at) {
        return ((bytes[at] & 0xffL) << 24) | ((bytes[at + 1] & 0xff) << 16) | ((bytes[at + 2] & 0xff) << 8)
                | (bytes[at + 3] & 0xff);
    }

    /** Four bytes of the payload as a number of 31 bits. */
    int number31(int at) {
        return (int) (number(at) & Integer.MAX_VALUE);
    }

    /** The part of the payload between a length of padding, the fields for priority, and the padding. */
    Part content() throws ConnectionFault {
        int from = 0;
        int to = length;
        if (has(PADDED)) {
            from = 1;
            to -= length == 0 ? 0 : bytes[0] & 0xff;
        }
        if (type == HEADERS && has(PRIORITIZED)) {
            from += 5;
        }
        if (to < from) {
            throw new ConnectionFault(
                    length == 0 ? ErrorCode.FRAME_SIZE_ERROR : ErrorCode.PROTOCOL_ERROR,
                    "a frame has more padding than payload");
        }
        return new Part(from, to - from);
    }

    /** A part of a payload. */
    record Part(int from, int length) {}
}
