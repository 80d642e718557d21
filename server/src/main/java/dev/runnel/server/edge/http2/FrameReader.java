package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.wire.ReadDeadline;
import dev.runnel.server.edge.wire.Waits;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames. A frame that has begun must come to its end in time, as must a head of several frames. For one thread.
 */
final class FrameReader {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LEAST = 1024;

    private final InputStream in;
    private final ReadDeadline deadline;
    private final long headNanos;
    private final long bodyNanos;
    private final byte[] head = new byte[Frame.HEAD];
    private byte[] payload = new byte[LEAST];
    private boolean inHead;

    FrameReader(InputStream in, ReadDeadline deadline, Waits waits) {
        this.in = in;
        this.deadline = deadline;
        this.headNanos = waits.head().toNanos();
        this.bodyNanos = waits.body().toNanos();
    }

    /** Reads the bytes with which each client begins; false if the connection ended before. */
    boolean preface() throws IOException {
        byte[] came = new byte[PREFACE.length];
        int count = in.read(came, 0, 1);
        if (count < 0) {
            return false;
        }
        deadline.set(ReadDeadline.Kind.TOLD, headNanos);
        fill(came, 1, came.length);
        deadline.clear();
        if (!Arrays.equals(came, PREFACE)) {
            throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "the connection does not begin as HTTP/2 does");
        }
        return true;
    }

    /** Waits for the next frame; null if the connection ended before it. */
    @Nullable
    Frame next() throws IOException {
        int count = in.read(head, 0, Frame.HEAD);
        if (count < 0 && inHead) {
            throw brokenOff();
        } else if (count < 0) {
            return null;
        }
        if (!inHead) {
            deadline.set(ReadDeadline.Kind.TOLD, headNanos);
        }
        fill(head, count, Frame.HEAD);
        int length = ((head[0] & 0xff) << 16) | ((head[1] & 0xff) << 8) | (head[2] & 0xff);
        int type = head[3];
        if (length > Frame.MOST) {
            throw new ConnectionFault(ErrorCode.FRAME_SIZE_ERROR,
                    "a frame of " + length + " bytes is longer than " + Frame.MOST);
        }
        if (type == Frame.DATA && !inHead) {
            deadline.set(ReadDeadline.Kind.TOLD, bodyNanos);
        }
        if (payload.length < length || (payload.length > LEAST && length <= LEAST)) {
            payload = new byte[length <= LEAST ? LEAST : Frame.MOST];
        }
        fill(payload, 0, length);
        int stream = ((head[5] & 0x7f) << 24) | ((head[6] & 0xff) << 16) | ((head[7] & 0xff) << 8) | (head[8] & 0xff);
        Frame frame = new Frame(type, head[4], stream, payload, length);
        if (type == Frame.HEADERS || type == Frame.CONTINUATION) {
            inHead = !frame.has(Frame.END_HEADERS);
        }
        if (!inHead) {
            deadline.clear();
        }
        return frame;
    }

    private void fill(byte[] target, int from, int to) throws IOException {
        for (int at = from; at < to;) {
            int count = in.read(target, at, to - at);
            if (count < 0) {
                throw brokenOff();
            }
            at += count;
        }
    }

    private IOException brokenOff() {
        return deadline.passed()
                ? new ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, "a frame or a head took too long to come")
                : new EOFException("the connection ended within a frame or a head");
    }
}
