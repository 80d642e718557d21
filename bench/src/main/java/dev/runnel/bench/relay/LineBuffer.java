package dev.runnel.bench.relay;

import java.nio.ByteBuffer;
import java.util.Arrays;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A line that comes in pieces. Used by one thread. */
final class LineBuffer {
    private byte[] bytes = new byte[512];
    private int length;

    /** Takes up to so many bytes, and none beyond a line feed. Returns whether the line is complete. */
    boolean take(ByteBuffer in, int most) {
        int size = Math.min(in.remaining(), most);
        for (int i = 0; i < size; i++) {
            if (in.get(in.position() + i) == '\n') {
                append(in, i);
                in.get();
                dropCarriageReturn();
                return true;
            }
        }
        append(in, size);
        return false;
    }

    private void append(ByteBuffer in, int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
        in.get(bytes, length, count);
        length += count;
    }

    private void dropCarriageReturn() {
        if (length > 0 && bytes[length - 1] == '\r') {
            length--;
        }
    }

    int length() {
        return length;
    }

    byte at(int index) {
        return bytes[index];
    }

    /** The index of the first occurrence from an index on, or -1. */
    int find(byte[] wanted, int from) {
        for (int i = from; i <= length - wanted.length; i++) {
            if (matches(wanted, i)) {
                return i;
            }
        }
        return -1;
    }

    boolean matches(byte[] wanted, int at) {
        return at + wanted.length <= length && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length);
    }

    void clear() {
        length = 0;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, UTF_8);
    }
}
