package dev.runnel.client.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
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
 * Trusts the certificates that Java trusts, and uses no proxy, unless it is told otherwise.
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
    private final ProxySettings proxies;
    private final IdleConnections idle;

    /** All connections, in use or not. */
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A transport with connections of its own, without a proxy and with Java's default TLS. */
    public SocketTransport() {
        this(ProxySettings.NONE, TlsSettings.DEFAULT);
    }

    /** A transport with connections of its own. */
    public SocketTransport(ProxySettings proxies, TlsSettings tls) {
        this(proxies, tls.equals(TlsSettings.DEFAULT) ? null : tls.context().getSocketFactory(),
                Duration.ofSeconds(IDLE_SECONDS));
    }

    SocketTransport(ProxySettings proxies, @Nullable SSLSocketFactory tls, Duration idleLimit) {
        this.proxies = proxies;
        this.tls = tls;
        this.idle = new IdleConnections(idleLimit);
    }

    @Override
    public Response send(Request request) throws IOException {
        Origin origin = Origin.of(request.uri());
        ProxyServer proxy = proxies.server(request.uri());
        ProxyServer relay = origin.tls() ? null : proxy;
        byte[] head = RequestMessage.head(request, origin, relay);
        Timeouts timeouts = request.timeouts();
        Deadline deadline = Deadline.in(timeouts.total());
        Connection kept = idle.take(origin);
        Connection connection = kept == null ? connected(origin, proxy, deadline.cut(timeouts.connect())) : kept;
        boolean answered = false;
        try {
            write(connection, head, request.body(), deadline);
            ResponseHead answer = new HeadReader(connection, timeouts.response(), deadline).read();
            if (relay != null && answer.status() == ProxyException.AUTHENTICATION_REQUIRED) {
                throw relay.refusal(answer.status(), origin);
            }
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
    private Connection connected(Origin origin, @Nullable ProxyServer proxy, Duration timeout) throws IOException {
        try {
            return connect(origin, proxy, timeout);
        } catch (ConnectException e) {
            throw e;
        } catch (IOException e) {
            if (isInterrupt(e)) {
                throw e;
            }
            ConnectException notConnected = new ConnectException(e.getMessage());
            notConnected.initCause(e);
            throw notConnected;
        }
    }

    private Connection connect(Origin origin, @Nullable ProxyServer proxy, Duration timeout) throws IOException {
        IOException failure = new IOException("the host has no address");
        int port = proxy == null ? origin.port() : proxy.port();
        for (InetAddress address : addresses(origin, proxy)) {
            Connection connection = open(origin);
            try {
                reach(connection, new InetSocketAddress(address, port), proxy, timeout);
                connection.begin(timeout, origin.tls() ? tls() : null);
                return connection;
            } catch (IOException e) {
                connection.close();
                failure = e;
            }
        }
        throw failure;
    }

    private static InetAddress[] addresses(Origin origin, @Nullable ProxyServer proxy) throws IOException {
        try {
            return InetAddress.getAllByName(proxy == null ? origin.host() : proxy.host());
        } catch (UnknownHostException e) {
            throw proxy == null ? e : proxy.unreachable(e);
        }
    }

    /** As far as the server, or the proxy's promise to pass everything on to it. */
    private static void reach(
            Connection connection, InetSocketAddress address, @Nullable ProxyServer proxy, Duration timeout)
            throws IOException {
        if (proxy == null) {
            connection.connect(address, timeout);
            return;
        }
        try {
            connection.connect(address, timeout);
            if (connection.origin().tls()) {
                connection.tunnel(proxy, timeout);
            }
        } catch (ProxyException e) {
            throw e;
        } catch (IOException e) {
            throw isInterrupt(e) ? e : proxy.unreachable(e);
        }
    }

    private static boolean isInterrupt(IOException e) {
        return e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException);
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
