package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.ClientGoneException;
import dev.runnel.server.time.Timers;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends a response's head and body on a stream. Each write goes out at once, as soon as the client takes it; the head goes out with
 * the first. For one thread, but {@link #stuck} is for any.
 */
final class StreamOutput extends OutputStream {
    /** How many bytes the client must take within the patience, and the most in one frame. */
    private static final int PIECE = 8 * 1024;

    private static final byte[] NOTHING = {};

    private final int stream;
    private final Outbox outbox;
    private final SendWindows.Window window;
    private final Timers timers;
    private final Runnable ending;
    private final FrameBytes frames = new FrameBytes();
    private byte @Nullable [] head;
    private long written;
    private long expected = -1;
    private boolean left;
    private boolean closed;
    private boolean complete;
    private volatile long writingSince;
    private volatile boolean writing;

    /**
     * An output of which nothing is written.
     *
     * @param ending runs before the last bytes are sent
     */
    StreamOutput(int stream, Outbox outbox, SendWindows.Window window, Timers timers, Runnable ending) {
        this.stream = stream;
        this.outbox = outbox;
        this.window = window;
        this.timers = timers;
        this.ending = ending;
    }

    /** Begins with a header block. */
    void begin(byte[] block) {
        head = block;
    }

    /** Takes and drops the body: the request was a HEAD. */
    void leaveOutBody() {
        left = true;
    }

    /** The body will have this many bytes. */
    void expect(long bytes) {
        expected = bytes;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        if (length > 0) {
            write(bytes, from, length, false);
        }
    }

    /**
     * Writes bytes of the body.
     *
     * @param last whether they are the last ones
     */
    void write(byte[] bytes, int from, int length, boolean last) throws IOException {
        written += length;
        if (expected >= 0 && written > expected) {
            throw new IOException("the body is longer than its Content-Length of " + expected + " bytes");
        }
        if (left) {
            flush();
            return;
        }
        if (last) {
            ending.run();
        }
        int at = 0;
        do {
            int piece = Math.min(PIECE, length - at);
            writingSince = timers.nanoTime();
            writing = true;
            writePiece(bytes, from + at, piece, last && at + piece == length);
            writing = false;
            at += piece;
        } while (at < length);
        complete |= last;
        closed |= last;
    }

    private void writePiece(byte[] bytes, int from, int length, boolean last) throws IOException {
        int at = 0;
        do {
            if (length > 0 && !window.open()) {
                flush(); // the head need not wait for the body's window
            }
            int count = length == 0 ? 0 : window.take(length - at);
            boolean end = last && at + count == length;
            send(bytes, from + at, count, end);
            at += count;
        } while (at < length);
    }

    private void send(byte[] bytes, int from, int count, boolean end) throws ClientGoneException {
        boolean headEnds = addHead(end && count == 0);
        if (!headEnds) {
            frames.add(Frame.DATA, end ? Frame.END_STREAM : 0, stream, bytes, from, count);
        }
        sendFrames();
    }

    /** Adds the head if it was not sent yet; returns whether it ends the stream. */
    private boolean addHead(boolean end) {
        byte[] block = head;
        if (block == null) {
            return false;
        }
        head = null;
        frames.headers(stream, block, end);
        return end;
    }

    /** Sends the head if it was not sent yet. */
    @Override
    public void flush() throws IOException {
        addHead(false);
        sendFrames();
    }

    private void sendFrames() throws ClientGoneException {
        if (frames.size() > 0) {
            outbox.add(frames);
            frames.clear();
        }
    }

    /** Ends the body. A body that is shorter than its announced length stays incomplete, and its stream will be reset. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        if (expected >= 0 && written < expected) {
            closed = true;
            ending.run();
            flush();
            return;
        }
        left = false;
        write(NOTHING, 0, 0, true);
    }

    /** Whether the whole response was sent. */
    boolean complete() {
        return complete;
    }

    /** Whether the present write has made no progress for longer than this. */
    boolean stuck(long now, long nanos) {
        return writing && now - writingSince > nanos;
    }
}
