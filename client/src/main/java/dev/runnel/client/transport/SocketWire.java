package dev.runnel.client.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Uses Java's sockets: the waiting thread reads itself. For platform threads, for TLS, and for the exchange with a proxy before
 * TLS.
 */
final class SocketWire implements Wire {
    private static final int MIN_BUFFER_BYTES = 2 * 1024;

    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;

    /** Grows while reads fill it: a stream of tokens needs little, and there may be thousands of streams. */
    private byte[] buffer = new byte[MIN_BUFFER_BYTES];
    private int received;

    private SocketWire(SocketChannel channel, Socket socket) throws IOException {
        this.channel = channel;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /**
     * Without encryption.
     *
     * @param channel connected, and blocking
     */
    static SocketWire plain(SocketChannel channel) throws IOException {
        return new SocketWire(channel, channel.socket());
    }

    /**
     * Does the TLS handshake. The server's certificate must be trusted and name the host.
     *
     * @param channel connected, and blocking
     * @param timeout for each of the server's answers
     */
    static SocketWire encrypted(SocketChannel channel, Origin origin, Duration timeout, SSLSocketFactory factory)
            throws IOException {
        Socket plain = channel.socket();
        plain.setSoTimeout(millis(timeout.toNanos()));
        SSLSocket encrypted = (SSLSocket) factory.createSocket(plain, origin.host(), origin.port(), true);
        SSLParameters parameters = encrypted.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        encrypted.setSSLParameters(parameters);
        encrypted.startHandshake();
        return new SocketWire(channel, encrypted);
    }

    /** For sockets. Rounded up, so that a wait never ends just before its deadline; for sockets a timeout of 0 is no timeout. */
    static int millis(long nanos) {
        return (int) Math.min(Math.max((nanos + 999_999) / 1_000_000, 1), Integer.MAX_VALUE);
    }

    @Override
    public ByteBuffer receive(long timeoutNanos) throws IOException {
        if (received == buffer.length && received < MAX_AHEAD_BYTES) {
            buffer = new byte[received * 2];
        }
        channel.socket().setSoTimeout(timeoutNanos == 0 ? 0 : millis(timeoutNanos));
        received = Math.max(in.read(buffer), 0);
        return ByteBuffer.wrap(buffer, 0, received);
    }

    @Override
    public boolean canReceive() throws IOException {
        return in.available() > 0;
    }

    /** Reads without Java's sockets. If a byte is there, the connection is given up. */
    @Override
    public boolean isQuiet() throws IOException {
        channel.configureBlocking(false);
        boolean quiet = channel.read(ByteBuffer.allocate(1)) == 0;
        channel.configureBlocking(true);
        return quiet;
    }

    @Override
    public OutputStream output() {
        return out;
    }

    /** Java's sockets notice it themselves. */
    @Override
    public void ended() {}
}
