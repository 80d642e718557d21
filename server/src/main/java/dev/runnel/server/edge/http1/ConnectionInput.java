package dev.runnel.server.edge.http1;

import dev.runnel.server.edge.HttpException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the bytes that a client sends, with a buffer as small as possible. For one thread. */
final class ConnectionInput {
    private static final int LEAST = 1024;

    /** A source of bytes. */
    @FunctionalInterface
    interface Source {
        /** Reads at least one byte and returns the count, or returns -1 at the end. */
        int read(byte[] target, int from, int length) throws IOException;
    }

    private Source source;
    private byte[] bytes = new byte[LEAST];
    private int position;
    private int limit;

    ConnectionInput(Source source) {
        this.source = source;
    }

    /** Continues with another source, which begins where the present source stands. */
    void readFrom(Source other) {
        source = other;
    }

    /** Whether the buffer holds a byte that was not taken yet. */
    boolean hasBuffered() {
        return position < limit;
    }

    /** Waits for a byte; false at the end. */
    boolean awaitByte() throws IOException {
        return hasBuffered() || fill(LEAST);
    }

    /** Replaces a buffer that has grown by a small one, if the buffer is empty. */
    void shrink() {
        if (!hasBuffered() && bytes.length > LEAST) {
            bytes = new byte[LEAST];
            position = 0;
            limit = 0;
        }
    }

    /**
     * The next line without its CR LF, each byte as one character; null at the end of the input.
     *
     * @param max how many bytes the line may have
     * @param tooLong the status of the answer if the line has more
     * @throws HttpException if the line is too long, does not end with CR LF, or has a CR, LF or NUL elsewhere
     */
    @Nullable
    String line(int max, int tooLong) throws IOException {
        int length = 0;
        while (true) {
            for (; position + length < limit; length++) {
                byte next = bytes[position + length];
                if (next == '\n') {
                    checkLength(length - 1, max, tooLong);
                    return line(length);
                } else if (next == 0) {
                    throw new HttpException(400, "a line has a zero byte");
                }
            }
            checkLength(length - 1, max, tooLong);
            if (!fill(max + 2)) {
                if (length == 0) {
                    return null;
                }
                throw new EOFException("the connection ended within a line");
            }
        }
    }

    private static void checkLength(int length, int max, int tooLong) throws HttpException {
        if (length > max) {
            throw new HttpException(tooLong, "a line of the request is longer than " + max + " bytes");
        }
    }

    private String line(int length) throws HttpException {
        String line = new String(bytes, position, Math.max(0, length - 1), StandardCharsets.ISO_8859_1);
        if (length == 0 || bytes[position + length - 1] != '\r' || line.indexOf('\r') >= 0) {
            throw new HttpException(400, "each line must end with CR LF, and have neither elsewhere");
        }
        position += length + 1;
        return line;
    }

    /** Reads bytes of any kind: at least one, or returns -1 at the end. */
    int read(byte[] target, int from, int length) throws IOException {
        if (!hasBuffered()) {
            return source.read(target, from, length);
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(bytes, position, target, from, count);
        position += count;
        return count;
    }

    private boolean fill(int most) throws IOException {
        if (position > 0) {
            System.arraycopy(bytes, position, bytes, 0, limit - position);
            limit -= position;
            position = 0;
        }
        if (limit == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(LEAST, Math.min(bytes.length * 2, most + LEAST)));
        }
        int count = source.read(bytes, limit, bytes.length - limit);
        limit += Math.max(0, count);
        return count >= 0;
    }
}
