package dev.runnel.client.transport;

import dev.runnel.client.transport.Transport.Body;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server, with the received bytes that were not taken yet. One thread uses it at a time. Any thread may close
 * it, which ends the other thread's wait, as an interrupt does.
 *
 * <p>It is a channel rather than a socket: a channel tells without waiting whether the server has closed it, and an interrupt ends
 * a read on any thread, not only on a virtual one.
 */
final class Connection implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Origin origin;
    private final Consumer<Connection> onClose;
    private final SocketChannel channel;

    /** Null until it is connected. */
    private volatile @Nullable Wire wire;

    private ByteBuffer received = NOTHING;
    private long readTimeoutNanos;
    private boolean spoiled;
    private volatile boolean closed;

    /**
     * A connection that is not connected yet.
     *
     * @param onClose called when it is closed, at least once
     */
    Connection(Origin origin, Consumer<Connection> onClose) throws IOException {
        this.origin = origin;
        this.onClose = onClose;
        this.channel = SocketChannel.open();
    }

    /** Connects to the server, or to the proxy before it. {@link #begin} has to follow. */
    void connect(InetSocketAddress address, Duration timeout) throws IOException {
        try {
            Socket socket = channel.socket();
            socket.setTcpNoDelay(true);
            socket.connect(address, SocketWire.millis(timeout.toNanos()));
        } catch (IOException e) {
            throw notConnected(e, timeout);
        }
    }

    /** Prepares the connected proxy for its exchange before TLS. */
    void beginWithProxy() throws IOException {
        use(SocketWire.plain(channel));
    }

    /**
     * Prepares it for requests, with TLS if there is a factory for it. The server's certificate must then be trusted and name
     * the host. Without TLS, a platform thread will read for itself: it needs one system call for each read, and nobody else
     * is woken. For a virtual thread the {@link ReadLoop} reads.
     *
     * @param timeout for each answer of the handshake
     */
    void begin(Duration timeout, @Nullable SSLSocketFactory tls) throws IOException {
        try {
            if (tls != null) {
                use(SocketWire.encrypted(channel, origin, timeout, tls));
            } else if (VirtualThreads.isCurrent()) {
                use(new PlainWire(channel, ReadLoop.shared()));
            } else {
                use(SocketWire.plain(channel));
            }
        } catch (IOException e) {
            throw notConnected(e, timeout);
        }
    }

    private void use(Wire next) throws IOException {
        wire = next;
        if (closed) {
            wire().ended();
        }
    }

    private IOException notConnected(IOException e, Duration timeout) {
        boolean late = e instanceof SocketTimeoutException || e.getCause() instanceof SocketTimeoutException;
        return late
                ? new SocketTimeoutException("no connection within " + timeout.toMillis() + " ms")
                : explained(e);
    }

    private Wire wire() throws IOException {
        Wire connected = wire;
        if (connected == null) {
            throw new SocketException("the connection is not connected");
        }
        return connected;
    }

    Origin origin() {
        return origin;
    }

    /** How long a read may wait from now on. */
    void readTimeout(Duration timeout) {
        readTimeoutNanos = Math.max(timeout.toNanos(), 1);
    }

    /** From now on a read waits without a limit. */
    void noReadTimeout() {
        readTimeoutNanos = 0;
    }

    /**
     * Writes a request; a small one in one piece. If it cannot be written whole but there is already an answer, that is no
     * failure: a server may refuse a large file, answer and close. The connection is then used for that answer only.
     */
    void write(byte[] head, @Nullable Body body) throws IOException {
        try {
            writeWhole(head, body);
        } catch (IOException e) {
            spoiled = true;
            if (!isAnswered()) {
                throw e;
            }
        }
    }

    private boolean isAnswered() {
        try {
            return !closed && canReceive();
        } catch (IOException e) {
            return false;
        }
    }

    private void writeWhole(byte[] head, @Nullable Body body) throws IOException {
        // For this request only: while the response is read, perhaps for minutes, nothing is written.
        OutputStream buffered = new BufferedOutputStream(wire().output(),
                bufferFor(head.length + (body == null ? 0 : body.length())));
        try {
            buffered.write(head);
            if (body != null) {
                write(buffered, body);
            }
            buffered.flush();
        } catch (IOException e) {
            throw explained(e);
        }
    }

    private static int bufferFor(long bytes) {
        return (int) Math.min(Math.max(bytes, 1), BUFFER_BYTES);
    }

    /** Exactly as many bytes as announced: the server would read further bytes as the next request, and wait for missing bytes. */
    private static void write(OutputStream out, Body body) throws IOException {
        try (InputStream bytes = body.open()) {
            byte[] piece = new byte[bufferFor(body.length())];
            long left = body.length();
            for (int n; (n = bytes.read(piece)) >= 0; left -= n) {
                if (n > left) {
                    throw new IOException("the request's body is longer than the " + body.length() + " bytes it said");
                }
                out.write(piece, 0, n);
            }
            if (left > 0) {
                throw new IOException("the request's body is shorter than the " + body.length() + " bytes it said");
            }
        }
    }

    /** Whether there are received bytes that were not taken. */
    boolean hasReceived() {
        return received.hasRemaining();
    }

    /** The next byte received; there must be one. */
    byte takeByte() {
        return received.get();
    }

    /** Takes received bytes, up to this many. Returns how many. */
    int take(byte[] target, int offset, long atMost) {
        int taken = (int) Math.min(atMost, received.remaining());
        received.get(target, offset, taken);
        return taken;
    }

    /**
     * Waits for more bytes, when all received bytes have been taken.
     *
     * @return false if the server has ended the connection
     * @throws SocketTimeoutException if nothing comes for as long as the read timeout
     */
    boolean receive() throws IOException {
        received = NOTHING; // no buffer during the wait
        try {
            received = wire().receive(readTimeoutNanos);
            return received.hasRemaining();
        } catch (IOException e) {
            throw explained(e);
        }
    }

    /**
     * The exceptions of a channel that was closed, or whose thread was interrupted, have no message. An interrupt ends the
     * connection.
     */
    private IOException explained(IOException e) {
        if (Thread.currentThread().isInterrupted()) {
            close();
            return new InterruptedIOException("interrupted while waiting for the server");
        }
        return closed ? new SocketException("the connection was closed") : e;
    }

    /** Whether bytes can be {@linkplain #receive received} without waiting. With TLS it may return false too often. */
    boolean canReceive() throws IOException {
        return wire().canReceive();
    }

    /** Whether the server has neither ended the connection nor sent unexpected bytes. Does not wait. */
    boolean isQuiet() {
        if (spoiled || hasReceived()) {
            return false;
        }
        try {
            return wire().isQuiet();
        } catch (IOException e) {
            return false;
        }
    }

    /** Not TLS's own way, which may wait for the server. */
    @Override
    public void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            // Closed all the same.
        }
        Wire ended = wire;
        if (ended != null) {
            ended.ended();
        }
        onClose.accept(this);
    }
}
