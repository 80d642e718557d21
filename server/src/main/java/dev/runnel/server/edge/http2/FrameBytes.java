package dev.runnel.server.edge.http2;

import java.util.Arrays;

/** Frames as they are written, one behind the other. For one thread at a time. */
final class FrameBytes {
    /** A buffer of more bytes is not kept when it is emptied. */
    private static final int MAX_KEPT = 2 * 1024;

    private byte[] bytes = new byte[0];
    private int size;

    byte[] array() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
        if (bytes.length > MAX_KEPT) {
            bytes = new byte[0];
        }
    }

    /** Adds a frame with a part of these bytes as its payload. */
    FrameBytes add(int type, int flags, int stream, byte[] payload, int from, int length) {
        room(Frame.HEAD + length);
        bytes[size++] = (byte) (length >> 16);
        bytes[size++] = (byte) (length >> 8);
        bytes[size++] = (byte) length;
        bytes[size++] = (byte) type;
        bytes[size++] = (byte) flags;
        number(stream);
        System.arraycopy(payload, from, bytes, size, length);
        size += length;
        return this;
    }

    FrameBytes add(int type, int flags, int stream, byte... payload) {
        return add(type, flags, stream, payload, 0, payload.length);
    }

    /** Adds a frame whose payload is a number. */
    FrameBytes number(int type, int stream, int number) {
        return add(type, 0, stream, (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number);
    }

    /** Adds a header block, in as many frames as it needs. */
    FrameBytes headers(int stream, byte[] block, boolean endStream) {
        int type = Frame.HEADERS;
        int flags = endStream ? Frame.END_STREAM : 0;
        int from = 0;
        do {
            int length = Math.min(Frame.MOST, block.length - from);
            boolean last = from + length == block.length;
            add(type, flags | (last ? Frame.END_HEADERS : 0), stream, block, from, length);
            from += length;
            type = Frame.CONTINUATION;
            flags = 0;
        } while (from < block.length);
        return this;
    }

    /** Adds all of other frames. */
    void addAll(FrameBytes others) {
        room(others.size);
        System.arraycopy(others.bytes, 0, bytes, size, others.size);
        size += others.size;
    }

    private void number(int value) {
        bytes[size++] = (byte) (value >> 24);
        bytes[size++] = (byte) (value >> 16);
        bytes[size++] = (byte) (value >> 8);
        bytes[size++] = (byte) value;
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, Math.max(256, bytes.length * 2)));
        }
    }
}
