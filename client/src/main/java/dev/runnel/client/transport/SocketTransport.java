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
 * A transport on sockets, HTTP/1.1. A call blocks its thread, a virtual one or not. A platform thread reads its connection
 * itself. For virtual threads one daemon thread of the process reads all unencrypted connections, up to 16 KiB ahead of the
 * reader; when tens of thousands of events a second arrive, it gathers them for up to half a millisecond. A read returns all
 * bytes that have arrived, up to 16 KiB, of any number of chunks, so a slow reader catches up at once. By default it trusts the certificates that Java trusts, and uses no proxy.
 *
 * <p>Connections are kept for {@value #IDLE_SECONDS} seconds after a response that was read to its end. Their number is limited
 * only by the callers. Each of a host's addresses is tried in turn, each with the full connect timeout. Writing a request is
 * limited only by the total timeout; an interrupt of the thread ends it.
 *
 * <p>A request whose method or headers would break out of their lines, or whose URI is not of http or https, is refused with an
 * {@link IllegalArgumentException}.
 */
public final class SocketTransport implements Transport {
    /** Less than the five seconds of Node and uvicorn, the shortest among common model servers. */
    private static final int IDLE_SECONDS = 4;

    /** Null for Java's default, which is made on first use: reading the trust store takes longer than everything else. */
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

    /** A blocking write has no timeout: if there is a deadline, the connection is closed then. */
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

    /** Every failure before the connection is a {@link ConnectException}: nothing was sent. */
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

    /** Connects to the server, or to a proxy that has promised to pass everything on to it. */
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
                connection.beginWithProxy();
                Tunnel.open(connection, proxy, timeout);
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

    /** First the set, then the flag: closing uses the opposite order. */
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
