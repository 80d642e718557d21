package dev.runnel.server.edge.http2;

import java.util.concurrent.locks.ReentrantLock;

/**
 * How many bytes of bodies the client may still send, on one stream or on the whole connection. It may send more when what it
 * sent was read. Thread-safe.
 */
final class ReceiveWindow {
    private final int stream;
    private final int size;
    private final Outbox outbox;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private int left;
    private int read;

    /** A window of a stream, or of the connection, which is stream 0. */
    ReceiveWindow(int stream, int size, Outbox outbox) {
        this.stream = stream;
        this.size = size;
        this.left = size;
        this.outbox = outbox;
    }

    /** Takes bytes that came; false if the client must not have sent them. */
    boolean take(int bytes) {
        lock.lock();
        try {
            left -= bytes;
            return left >= 0;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the client send as many bytes again. It is told when half of the window was read. */
    void give(int bytes) {
        lock.lock();
        try {
            read += bytes;
            if (read < size / 2) {
                return;
            }
            left += read;
            outbox.control(new FrameBytes().number(Frame.WINDOW_UPDATE, stream, read));
            read = 0;
        } finally {
            lock.unlock();
        }
    }
}
