package dev.runnel.server.edge.listen;

import dev.runnel.server.edge.HttpHandler;
import dev.runnel.server.edge.http1.Http1Connection;
import dev.runnel.server.edge.wire.Capacity;
import dev.runnel.server.edge.wire.ClientConnection;
import dev.runnel.server.edge.wire.HttpConnection;
import dev.runnel.server.edge.wire.Overload;
import dev.runnel.server.edge.wire.Service;
import dev.runnel.server.time.Timers;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Listens, and serves each connection on a virtual thread. After a failure to accept, the server makes room, waits and
 * goes on. Thread-safe.
 */
public final class HttpServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HttpServer.class.getName());

    private static final int BACKLOG = 4_096;
    /**
     * A fixed send buffer, in bytes. It bounds the memory that a slow client costs, and lets the server see soon
     * whether the client reads.
     */
    private static final int SEND_BUFFER = 256 * 1024;

    private static final long DATE_NANOS = 500_000_000;
    private static final Duration LOOK = Duration.ofMillis(100);

    /** How often the server looks for a new certificate. */
    private static final Duration REFRESH = Duration.ofSeconds(10);
    private static final long MAX_PAUSE_MILLIS = 1_000;
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MAX_REOPENED = 30;

    /**
     * How many clients at once are refused with an answer, and how long each may take to send its request. Further
     * clients are cut off.
     */
    private static final int MAX_REFUSALS = 16;
    private static final int REFUSAL_MILLIS = 500;

    private static final byte[] FULL = full();

    private final HttpSettings settings;
    private final Service service;
    private final Consumer<IOException> broken;
    private final InetSocketAddress address;
    private final AtomicInteger refusals = new AtomicInteger();
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket listener;
    private volatile String date = "";
    private long dated;
    private volatile boolean stopped;
    private volatile List<Timers.Timer> regular = List.of();

    // Used by the accepting thread only.
    private long warnedOfFailure = System.nanoTime() - QUIET_NANOS;
    private long warnedOfFullness = System.nanoTime() - QUIET_NANOS;

    private HttpServer(HttpSettings settings, HttpHandler handler, Consumer<IOException> broken) throws IOException {
        this.settings = settings;
        this.service = new Service(
                handler, settings.waits(), settings.timers(), () -> date, new Capacity(settings.maxConnections()));
        this.broken = broken;
        this.listener = listen(new InetSocketAddress(InetAddress.getByName(settings.host()), settings.port()));
        this.address = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    /**
     * Starts a server and returns once it listens.
     *
     * @param broken called if the server cannot listen any more and has tried in vain to listen again
     * @throws IOException if the server cannot listen
     */
    public static HttpServer start(HttpSettings settings, HttpHandler handler, Consumer<IOException> broken)
            throws IOException {
        HttpServer server = new HttpServer(settings, handler, broken);
        server.setDate();
        Thread.ofPlatform().daemon().name("runnel-accept").start(server::accept);
        server.begin();
        return server;
    }

    private static byte[] full() {
        return ("HTTP/1.1 503 Service Unavailable\r\nContent-Type: " + Overload.TYPE + "\r\nRetry-After: "
                + Overload.RETRY_AFTER + "\r\nConnection: close\r\nContent-Length: " + Overload.BODY.length()
                + "\r\n\r\n"
                + Overload.BODY).getBytes(StandardCharsets.US_ASCII);
    }

    private static ServerSocket listen(InetSocketAddress address) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(address, BACKLOG);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The port that the server listens at. */
    public int port() {
        return address.getPort();
    }

    /** The number of open connections. */
    public int connections() {
        return connections.size();
    }

    private void accept() {
        long pause = 1;
        while (!stopped) {
            try {
                admit(listener.accept());
                pause = 1;
            } catch (IOException | RuntimeException | Error e) { // such as out of memory: others are still served
                if (!stopped && !goOn(e, pause)) {
                    return;
                }
                pause = Math.min(MAX_PAUSE_MILLIS, pause * 2);
            }
        }
    }

    private void admit(Socket socket) {
        try {
            if (service.capacity().take()) {
                serve(socket);
            } else {
                refuse(socket);
            }
        } catch (IOException e) { // the connection broke before it was served: nothing is wrong with the server
            LOG.log(Level.DEBUG, "a new connection broke: {0}", e.getMessage());
            closeQuietly(socket);
        } catch (RuntimeException | Error e) {
            closeQuietly(socket);
            throw e;
        }
    }

    /** Serves a connection, which has taken one of the capacity. */
    private void serve(Socket socket) throws IOException {
        HttpConnection connection;
        try {
            socket.setTcpNoDelay(true);
            socket.setSendBufferSize(SEND_BUFFER);
            connection = connection(socket);
            connections.add(connection);
            start(connection, socket.getPort());
        } catch (IOException | RuntimeException | Error e) {
            service.capacity().give();
            throw e;
        }
        if (stopped) {
            connection.stop();
        }
    }

    private void start(HttpConnection connection, int port) {
        try {
            Thread.ofVirtual().name("http-" + port).start(() -> {
                try {
                    connection.run();
                } finally {
                    service.capacity().give();
                    connections.remove(connection);
                }
            });
        } catch (RuntimeException | Error e) {
            connections.remove(connection);
            throw e;
        }
    }

    private HttpConnection connection(Socket socket) throws IOException {
        ServerCertificate certificate = settings.certificate();
        return certificate == null
                ? new Http1Connection(ClientConnection.plain(socket), service)
                : new EncryptedConnection(socket, certificate.over(socket), service);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a connection did not close well: {0}", e.getMessage());
        }
    }

    /** Answers 503. The answer fits into the buffer of a new socket, so the write waits for no client. */
    private void refuse(Socket socket) throws IOException {
        warnOfFullness();
        if (settings.certificate() != null) { // a handshake is too much work for a server that is full
            socket.close();
            return;
        }
        if (refusals.incrementAndGet() > MAX_REFUSALS) {
            refusals.decrementAndGet();
            socket.close();
            return;
        }
        Thread.ofVirtual().name("refuse-" + socket.getPort()).start(() -> {
            try (socket) {
                socket.getOutputStream().write(FULL);
                socket.shutdownOutput();
                // Closing before the request was read would reset the connection, and the client would lose the answer.
                socket.setSoTimeout(REFUSAL_MILLIS);
                long end = System.nanoTime() + REFUSAL_MILLIS * 1_000_000L;
                byte[] unread = new byte[4 * 1024];
                int count;
                do {
                    count = socket.getInputStream().read(unread);
                } while (count >= 0 && System.nanoTime() < end);
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "a client that was refused has gone: {0}", e.getMessage());
            } finally {
                refusals.decrementAndGet();
            }
        });
    }

    private void warnOfFullness() {
        if (System.nanoTime() - warnedOfFullness > QUIET_NANOS) {
            warnedOfFullness = System.nanoTime();
            LOG.log(Level.WARNING, "the limit of {0} connections is reached: the server answers more clients with 503"
                    + " (--max-connections and the limit of open files set it)", connections.size());
        }
    }

    /**
     * Recovers from a failure to accept: makes room, waits, and listens anew if the socket was closed. False if nothing
     * helps.
     */
    private boolean goOn(Throwable failure, long pause) {
        try {
            makeRoom(failure);
        } catch (RuntimeException | Error e) { // there may be no memory to make room or to log
            warnedOfFailure = System.nanoTime();
        }
        LockSupport.parkNanos(pause * 1_000_000);
        return !listener.isClosed() || stopped || listenAnew();
    }

    private void makeRoom(Throwable failure) {
        if (System.nanoTime() - warnedOfFailure > QUIET_NANOS) {
            warnedOfFailure = System.nanoTime();
            LOG.log(Level.WARNING, "cannot accept connections at the moment: {0}. The server tries again."
                    + " If too many files are open, raise the limit (ulimit -n, LimitNOFILE)",
                    String.valueOf(failure.getMessage()));
        }
        connections.stream().filter(HttpConnection::idle).limit(16).forEach(HttpConnection::stop);
    }

    private boolean listenAnew() {
        IOException last = new IOException("the listening socket was closed");
        for (int tries = 0; tries < MAX_REOPENED && !stopped; tries++) {
            try {
                listener = listen(address);
                LOG.log(Level.WARNING, "the listening socket was closed; the server opened it again");
                return true;
            } catch (IOException e) {
                last = e;
                LockSupport.parkNanos(MAX_PAUSE_MILLIS * 1_000_000);
            }
        }
        if (!stopped) {
            LOG.log(Level.ERROR, "the server cannot accept connections any more: {0}",
                    String.valueOf(last.getMessage()));
            broken.accept(last);
        }
        return false;
    }

    private void begin() {
        List<Timers.Timer> begun = new ArrayList<>();
        begun.add(settings.timers().every(LOOK, this::look));
        ServerCertificate certificate = settings.certificate();
        if (certificate != null) {
            begun.add(settings.timers().every(REFRESH, certificate::refresh));
        }
        regular = List.copyOf(begun);
    }

    private void look() {
        long now = settings.timers().nanoTime();
        connections.forEach(connection -> connection.check(now));
        if (now - dated >= DATE_NANOS) {
            setDate();
        }
    }

    private void setDate() {
        dated = settings.timers().nanoTime();
        date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                .format(ZonedDateTime.now(ZoneOffset.UTC));
    }

    /**
     * Stops accepting connections, closes idle ones, and ends the others once their request is answered or the grace is
     * over.
     *
     * @param grace how long requests under way may still take
     */
    public void stop(Duration grace) {
        stopped = true;
        try {
            listener.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the listening socket did not close well", e);
        }
        // Busy ones first: their clients may act when they see idle ones closed.
        connections.stream().filter(connection -> !connection.idle()).forEach(HttpConnection::stop);
        connections.forEach(HttpConnection::stop);
        long end = System.nanoTime() + grace.toNanos();
        while (!connections.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(5_000_000);
        }
        connections.forEach(HttpConnection::abort);
        regular.forEach(Timers.Timer::close);
    }

    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
