package dev.runnel.server.edge.http1;

import dev.runnel.server.edge.wire.WireOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a response's body. Each write goes out at once. In a chunked body each write is one chunk, and the first chunk
 * goes out together with the head. For one thread.
 */
final class BodyOutput extends OutputStream {
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** The bytes around a chunk's data: the hexadecimal digits of an int, and CR LF before and after the data. */
    private static final int CHUNK_OVERHEAD = 12;

    /** A buffer of more bytes is not kept from write to write. */
    private static final int MAX_KEPT = 2 * 1024;

    private final WireOutput out;
    private final Framing framing;
    private final Runnable ending;
    private final Runnable complete;
    private byte[] head;
    private byte[] buffer = new byte[0];
    private long written;
    private boolean closed;

    /** How the client learns where the body ends. */
    sealed interface Framing {
        /** By chunks. */
        record Chunked() implements Framing {}

        /** By its length. */
        record Length(long bytes) implements Framing {}

        /** By the connection's end. */
        record UntilClose() implements Framing {}

        /** There is no body: the request was a HEAD. */
        record Nothing() implements Framing {}
    }

    BodyOutput(WireOutput out, byte[] head, Framing framing, Runnable ending, Runnable complete) {
        this.out = out;
        this.head = head;
        this.framing = framing;
        this.ending = ending;
        this.complete = complete;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return;
        }
        written += length;
        switch (framing) {
            case Framing.Chunked _ -> writeChunk(bytes, from, length);
            case Framing.Length(long told) when written > told ->
                    throw new IOException("the body is longer than its Content-Length of " + told + " bytes");
            case Framing.Nothing _ -> flush();
            default -> writeBehindHead(bytes, from, length);
        }
    }

    private void writeChunk(byte[] bytes, int from, int length) throws IOException {
        byte[] chunk = room(head.length + length + CHUNK_OVERHEAD);
        System.arraycopy(head, 0, chunk, 0, head.length);
        int at = hex(chunk, head.length, length);
        chunk[at++] = '\r';
        chunk[at++] = '\n';
        System.arraycopy(bytes, from, chunk, at, length);
        at += length;
        chunk[at++] = '\r';
        chunk[at++] = '\n';
        head = new byte[0];
        out.write(chunk, 0, at);
    }

    private static int hex(byte[] target, int from, int number) {
        int digits = Math.max(1, (35 - Integer.numberOfLeadingZeros(number)) / 4);
        for (int i = digits - 1, rest = number; i >= 0; i--, rest >>>= 4) {
            target[from + i] = (byte) Character.forDigit(rest & 0xf, 16);
        }
        return from + digits;
    }

    private byte[] room(int size) {
        if (size > MAX_KEPT) {
            return new byte[size];
        }
        if (buffer.length < size) {
            buffer = new byte[Math.min(MAX_KEPT, Math.max(size, buffer.length * 2))];
        }
        return buffer;
    }

    private void writeBehindHead(byte[] bytes, int from, int length) throws IOException {
        flush();
        out.write(bytes, from, length);
    }

    /** Sends the head if it was not sent yet. */
    @Override
    public void flush() throws IOException {
        if (head.length > 0) {
            byte[] first = head;
            head = new byte[0];
            out.write(first, 0, first.length);
        }
    }

    /**
     * Ends the body. A body that is shorter than its announced length stays incomplete, and its connection will be
     * closed.
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        ending.run();
        if (framing instanceof Framing.Chunked) {
            byte[] last = room(head.length + LAST_CHUNK.length);
            System.arraycopy(head, 0, last, 0, head.length);
            System.arraycopy(LAST_CHUNK, 0, last, head.length, LAST_CHUNK.length);
            int length = head.length + LAST_CHUNK.length;
            head = new byte[0];
            out.write(last, 0, length);
        } else {
            flush();
        }
        if (!(framing instanceof Framing.Length(long told)) || told == written) {
            complete.run();
        }
    }
}
