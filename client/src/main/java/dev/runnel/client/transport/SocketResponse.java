package dev.runnel.client.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** A response whose body is read from its connection. After its end the connection is free for the next request. */
final class SocketResponse implements Transport.Response {
    /** The bytes that may come after the last event of a stream: blank lines, and the end mark. */
    private static final int REST_BYTES = 64;

    private final Connection connection;
    private final ResponseHead head;
    private final BodyDecoder body;
    private final Duration idle;
    private final Deadline deadline;
    private final SilenceWatch watch;
    private final IdleConnections free;
    private final ReentrantLock reading = new ReentrantLock();

    /** Set when the connection is released or closed: from then on another exchange may use it. */
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile boolean closed;

    /** @param free takes the connection after the body */
    SocketResponse(
            Connection connection,
            ResponseHead head,
            BodyDecoder body,
            Duration idle,
            Deadline deadline,
            IdleConnections free) throws IOException {
        this.connection = connection;
        this.head = head;
        this.body = body;
        this.idle = idle;
        this.deadline = deadline;
        this.free = free;
        connection.noReadTimeout();
        this.watch = new SilenceWatch(connection, idle, deadline);
        leaveAtEnd();
    }

    @Override
    public int status() {
        return head.status();
    }

    @Override
    public Optional<String> header(String name) {
        return head.first(name);
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        reading.lock();
        try {
            while (!closed) {
                int n = decode(buffer);
                if (n != 0) {
                    return n;
                }
                receive();
            }
        } catch (IOException e) {
            if (!closed) {
                throw e;
            }
        } finally {
            reading.unlock();
        }
        throw new IOException("the response was closed");
    }

    /** Reads received bytes of the body; -1 at its end. */
    private int decode(byte[] target) throws IOException {
        if (body.atEnd()) {
            return -1;
        }
        int n = body.decode(connection, target);
        leaveAtEnd();
        return n == 0 && body.atEnd() ? -1 : n;
    }

    private void receive() throws IOException {
        deadline.cut(idle);
        watch.begin();
        try {
            if (!connection.receive()) {
                body.connectionEnded();
                leave(false);
            }
        } catch (IOException e) {
            throw watch.end() ? deadline.late("nothing received for " + idle.toMillis() + " ms") : e;
        } finally {
            watch.end();
        }
    }

    private void leaveAtEnd() {
        if (body.atEnd()) {
            leave(head.keepsAlive() && !connection.hasReceived());
        }
    }

    private void leave(boolean reusable) {
        if (!left.compareAndSet(false, true)) {
            return;
        }
        watch.close();
        if (reusable) {
            free.put(connection);
        } else {
            connection.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        if (!left.get() && reading.tryLock()) {
            try {
                takeRest();
            } finally {
                reading.unlock();
            }
        }
        leave(false);
    }

    /**
     * A stream that is closed at its last event usually has the body's end right after it: the connection can then be used
     * again.
     */
    private void takeRest() {
        try {
            if (connection.hasReceived() || (connection.canReceive() && connection.receive())) {
                decode(new byte[REST_BYTES]);
            }
        } catch (IOException e) {
            // It is closed then.
        }
    }
}
