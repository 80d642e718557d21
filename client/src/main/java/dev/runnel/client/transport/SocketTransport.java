package dev.runnel.client.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A transport on sockets, HTTP/1.1. A call blocks its thread, a virtual one or not. One daemon thread of the process takes in what arrives
 * on unencrypted connections, up to 16 KiB ahead of whoever reads; when tens of thousands of events a second arrive, it gathers them for up to half
 * a millisecond. A read brings all that has arrived, however many chunks that is, so that a reader that is behind catches up at once.
 * With Java's default trust store; without proxies, which are {@link JdkTransport}'s.
 *
 * <p>Connections are kept for {@value #IDLE_SECONDS} seconds after a response that was read to its end. There is no bound on their
 * number but the callers'. Each of a host's addresses is tried in turn, with the connect timeout anew. Writing a request has
 * no timeout but the total: interrupting the thread ends it.
 *
 * <p>A request whose method or headers would break out of their lines, or whose URI is not of http or https, is refused with
 * {@link IllegalArgumentException}.
 */
public final class SocketTransport implements Transport {
    /** Less than the five seconds of Node and uvicorn, the most impatient of the servers that models are behind. */
    private static final int IDLE_SECONDS = 4;

    /** Null for Java's default, which is not made before it is needed: reading the trust store takes longer than all the rest. */
    private final @Nullable SSLSocketFactory tls;
    private final IdleConnections idle;

    /** All connections, in use or not. */
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A transport with connections of its own. */
    public SocketTransport() {
        this(null, Duration.ofSeconds(IDLE_SECONDS));
    }

    SocketTransport(@Nullable SSLSocketFactory tls, Duration idleLimit) {
        this.tls = tls;
        this.idle = new IdleConnections(idleLimit);
    }

    @Override
    public Response send(Request request) throws IOException {
        Origin origin = Origin.of(request.uri());
        byte[] head = RequestMessage.head(request, origin);
        Timeouts timeouts = request.timeouts();
        Deadline deadline = Deadline.in(timeouts.total());
        Connection kept = idle.take(origin);
        Connection connection = kept == null ? connected(origin, deadline.cut(timeouts.connect())) : kept;
        boolean answered = false;
        try {
            write(connection, head, request.body(), deadline);
            ResponseHead answer = new HeadReader(connection, timeouts.response(), deadline).read();
            BodyDecoder body = BodyDecoder.of(request.method(), answer);
            Response response = new SocketResponse(connection, answer, body, timeouts.idle(), deadline, idle);
            answered = true;
            return response;
        } finally {
            if (!answered) {
                connection.close();
            }
        }
    }

    /** A blocking write has no timeout of its own: where there is a deadline, the connection is closed at it. */
    private static void write(Connection connection, byte[] head, @Nullable Body body, Deadline deadline)
            throws IOException {
        CompletableFuture<Void> written = deadline.whenPassed(connection::close);
        try {
            connection.write(head, body);
        } catch (IOException e) {
            deadline.cut(Duration.ZERO);
            throw e;
        } finally {
            written.complete(null);
        }
    }

    /** Whatever goes wrong on the way to a connection is a {@link ConnectException}: nothing was sent. */
    private Connection connected(Origin origin, Duration timeout) throws IOException {
        try {
            return connect(origin, timeout);
        } catch (ConnectException e) {
            throw e;
        } catch (IOException e) {
            if (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException)) {
                throw e;
            }
            ConnectException notConnected = new ConnectException(e.getMessage());
            notConnected.initCause(e);
            throw notConnected;
        }
    }

    private Connection connect(Origin origin, Duration timeout) throws IOException {
        IOException failure = new IOException("the host has no address");
        for (InetAddress address : InetAddress.getAllByName(origin.host())) {
            Connection connection = open(origin);
            try {
                connection.connect(address, timeout, origin.tls() ? tls() : null);
                return connection;
            } catch (IOException e) {
                connection.close();
                failure = e;
            }
        }
        throw failure;
    }

    private SSLSocketFactory tls() {
        return tls == null ? (SSLSocketFactory) SSLSocketFactory.getDefault() : tls;
    }

    /** The set comes first, the look at the flag after: closing does it the other way round. */
    private Connection open(Origin origin) throws IOException {
        Connection connection = new Connection(origin, open::remove);
        open.add(connection);
        if (closed) {
            connection.close();
            throw new IOException("the transport was closed");
        }
        return connection;
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(Connection::close);
    }
}
