package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.wire.BodyDeadline;
import dev.runnel.server.edge.wire.BodyInput;
import dev.runnel.server.edge.wire.ReadDeadline;
import java.io.EOFException;
import java.io.IOException;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stream's body. The connection's thread brings bytes, as many as the stream's window lets the client send. The stream's
 * thread reads them.
 */
final class Http2Body extends BodyInput {
    /** How many bytes the client may send before they are read. */
    static final int WINDOW = 256 * 1024;

    private static final int LEAST = 1024;
    private static final byte[] NOTHING = {};

    private final int stream;
    private final OptionalLong length;
    private final boolean exists;
    private final ReceiveWindow window;
    private final ReceiveWindow connection;
    private final ReadDeadline deadline;
    private final BodyDeadline pace;
    private final Runnable first;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // For the reading thread.
    private boolean begun;
    private long read;

    // Guarded by lock.
    private byte[] bytes = NOTHING;
    private int from;
    private int to;
    private long came;
    private boolean whole;
    private boolean brokenOff;
    private boolean unwanted;

    /**
     * A body of which nothing has come.
     *
     * @param exists whether there is one
     * @param window the stream's
     * @param connection the connection's window
     * @param deadline until when bytes must come
     * @param first runs before the body is read
     */
    Http2Body(int stream, OptionalLong length, boolean exists, ReceiveWindow window, ReceiveWindow connection,
            ReadDeadline deadline, BodyDeadline pace, Runnable first) {
        this.stream = stream;
        this.length = length;
        this.exists = exists;
        this.window = window;
        this.connection = connection;
        this.deadline = deadline;
        this.pace = pace;
        this.first = first;
        this.whole = !exists;
    }

    /**
     * Takes a frame with bytes of the body.
     *
     * @param padding bytes of the frame that are not of the body
     * @param last whether the body ends with these bytes
     */
    void bring(byte[] source, Frame.Part part, int padding, boolean last) throws StreamFault {
        lock.lock();
        try {
            if (whole || brokenOff) {
                connection.give(part.length() + padding);
                throw new StreamFault(stream, ErrorCode.STREAM_CLOSED, "bytes came after the body's end");
            }
            if (!window.take(part.length() + padding)) {
                throw new StreamFault(stream, ErrorCode.FLOW_CONTROL_ERROR,
                        "more came than the stream's window has");
            }
            came += part.length();
            if (length.isPresent() && (came > length.getAsLong() || (last && came < length.getAsLong()))) {
                connection.give(part.length() + padding);
                throw wrongLength();
            }
            if (unwanted) {
                connection.give(part.length() + padding);
            } else {
                give(padding);
                keep(source, part.from(), part.length());
            }
            whole = last;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private StreamFault wrongLength() {
        return new StreamFault(stream, ErrorCode.PROTOCOL_ERROR, "the body has another length than was announced");
    }

    private void give(int count) {
        if (count > 0) {
            connection.give(count);
            window.give(count);
        }
    }

    private void keep(byte[] source, int at, int count) {
        if (to + count > bytes.length) {
            int kept = to - from;
            byte[] larger = kept + count <= bytes.length
                    ? bytes
                    : new byte[Math.max(kept + count, Math.clamp(bytes.length * 2L, LEAST, WINDOW))];
            System.arraycopy(bytes, from, larger, 0, kept);
            bytes = larger;
            from = 0;
            to = kept;
        }
        System.arraycopy(source, at, bytes, to, count);
        to += count;
    }

    /** The client said that the body ends here. */
    void end() throws StreamFault {
        bring(NOTHING, new Frame.Part(0, 0), 0, true);
    }

    /** The client has gone: nothing more will come. */
    void breakOff() {
        lock.lock();
        try {
            brokenOff = !whole;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody reads the body any more. */
    void leave() {
        lock.lock();
        try {
            unwanted = true;
            connection.give(to - from);
            bytes = NOTHING;
            from = 0;
            to = 0;
        } finally {
            lock.unlock();
        }
    }

    /** Looks whether a wait for bytes has been too long. For another thread. */
    void check(long now) {
        if (deadline.check(now) != ReadDeadline.Due.NOT_YET) {
            lock.lock();
            try {
                changed.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public OptionalLong length() {
        return length;
    }

    @Override
    public boolean exists() {
        return exists;
    }

    /** Whether the client has sent all. */
    boolean whole() {
        lock.lock();
        try {
            return whole;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the body is known to end within this many more bytes. */
    boolean endsWithin(long count) {
        return ended() || (length.isPresent() && length.getAsLong() - read <= count);
    }

    @Override
    public boolean ended() {
        lock.lock();
        try {
            return whole && from == to;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(byte[] target, int at, int count) throws IOException {
        Objects.checkFromIndexSize(at, count, target.length);
        if (count == 0) {
            return 0;
        }
        if (!begun) {
            begun = true;
            pace.begin();
            first.run();
        }
        lock.lock();
        try {
            if (from == to && !whole && !brokenOff) {
                pace.waitFor(read);
                while (from == to && !whole && !brokenOff && !deadline.passed()) {
                    changed.awaitUninterruptibly();
                }
                pace.came();
            }
            return taken(target, at, count);
        } finally {
            lock.unlock();
        }
    }

    private int taken(byte[] target, int at, int count) throws EOFException {
        int taken = Math.min(count, to - from);
        if (taken == 0 && whole) {
            return -1;
        } else if (taken == 0) {
            throw new EOFException("the body broke off after " + read + " bytes");
        }
        System.arraycopy(bytes, from, target, at, taken);
        from += taken;
        read += taken;
        if (from == to) {
            from = 0;
            to = 0;
            bytes = whole ? NOTHING : bytes;
        }
        if (whole) {
            connection.give(taken); // the stream's window is of no use any more
        } else {
            give(taken);
        }
        return taken;
    }
}
