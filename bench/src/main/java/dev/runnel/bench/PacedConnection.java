package dev.runnel.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Locale;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** One connection of the paced model server: reads a request, streams the reply, reads the next. Used by one thread. */
final class PacedConnection {
    private static final String MODELS = "{\"object\":\"list\",\"data\":[{\"id\":\"paced\",\"object\":\"model\",\"created\":0,"
            + "\"owned_by\":\"bench\"}]}";
    private static final String MODELS_RESPONSE = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + MODELS.length() + "\r\n\r\n" + MODELS;

    /** How long a connection that takes no more is left alone. */
    private static final long FULL_NANOS = 100_000;

    private final SocketChannel channel;
    private final PacedReplies replies;
    private PacedReply reply;
    private ByteBuffer request = ByteBuffer.allocate(4096);

    /** How long the request is at least: a long one is looked at again when it is there. */
    private int expected;

    private int beat;
    private int written;
    private long stamp;
    private long due;

    PacedConnection(SocketChannel channel, PacedReplies replies) {
        this.channel = channel;
        this.replies = replies;
        this.reply = replies.chat();
    }

    /** When the next beat is to be written, as {@link System#nanoTime}. */
    long due() {
        return due;
    }

    /** Reads what there is; returns true if that completes a request for a stream, whose first beat is then due. */
    boolean readRequest() {
        try {
            if (channel.read(request) < 0) {
                channel.close();
                return false;
            }
            if (!request.hasRemaining()) {
                request = ByteBuffer.allocate(request.capacity() * 2).put(request.flip());
            }
            if (request.position() < expected) {
                return false;
            }
            var text = new String(request.array(), 0, request.position(), ISO_8859_1);
            if (!isComplete(text)) {
                return false;
            }
            request.clear();
            expected = 0;
            return begin(text);
        } catch (IOException e) {
            closeQuietly();
            return false;
        }
    }

    private boolean begin(String text) throws IOException {
        if (text.startsWith("GET ")) {
            channel.write(ByteBuffer.wrap(MODELS_RESPONSE.getBytes(ISO_8859_1)));
            return false;
        }
        reply = replies.to(text);
        beat = 0;
        written = 0;
        due = System.nanoTime();
        return true;
    }

    private boolean isComplete(String text) {
        int bodyStart = text.indexOf("\r\n\r\n") + 4;
        if (bodyStart < 4) {
            return false;
        }
        var head = text.substring(0, bodyStart).toLowerCase(Locale.ROOT);
        int length = head.indexOf("content-length:");
        if (length >= 0) {
            var value = head.substring(length + "content-length:".length(), head.indexOf("\r\n", length));
            expected = bodyStart + Integer.parseInt(value.strip());
            return text.length() >= expected;
        }
        return !head.contains("transfer-encoding: chunked") || text.endsWith("0\r\n\r\n");
    }

    /**
     * Writes what is due, or as much of it as the connection takes: the rest goes with the next beat.
     *
     * @return whether there is a next beat
     */
    boolean writeNext() {
        try {
            if (!reply.splitsStamp(written)) {
                stamp = System.nanoTime();
            }
            written += channel.write(reply.stamped(written, beat, stamp));
        } catch (IOException e) {
            closeQuietly();
            return false;
        }
        boolean last = beat == reply.beats() - 1;
        if (!last) {
            beat++;
            due += reply.intervalNanos();
            return true;
        }
        due = System.nanoTime() + FULL_NANOS;
        return reply.slice(written, beat).hasRemaining();
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            // Closed all the same.
        }
    }
}
