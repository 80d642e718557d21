package dev.runnel.client.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * A transport on {@code java.net.http}, for programs that have an {@link HttpClient} of their own, with its proxies and its
 * TLS. It passes every event from one thread to another, which costs about a third more CPU than {@link SocketTransport}.
 * Always HTTP/1.1: to end an exchange is then to close its connection, and no server fails on an upgrade offer.
 *
 * <p>The body arrives through a {@link PullSubscriber}, not {@code BodyHandlers.ofInputStream}, which drops data that was
 * already received when the connection is cut. {@code HttpRequest.timeout} is not used: it stops at the headers up to Java 25
 * and covers the whole body from 26 on.
 */
public final class JdkTransport implements Transport {
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final Duration connectTimeout;
    private final HttpClient http;

    /** Ends each exchange under way. */
    private final Set<Runnable> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * A transport with an {@link HttpClient} of its own, whose threads are daemons.
     *
     * @param connectTimeout how long to wait for a connection; {@link Timeouts#connect()} is not read for each request, because
     *     the JDK's client takes it only once
     */
    public JdkTransport(Duration connectTimeout) {
        this(HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .build());
    }

    /**
     * A transport on this client, with its proxies, its TLS, its executor and its connect timeout (10 seconds if it has none).
     * The caller closes it.
     */
    public JdkTransport(HttpClient http) {
        this.connectTimeout = http.connectTimeout().orElse(DEFAULT_CONNECT_TIMEOUT);
        this.http = http;
    }

    @Override
    public Response send(Request request) throws IOException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri()).version(HttpClient.Version.HTTP_1_1);
        request.headers().forEach(builder::setHeader);
        builder.method(request.method(), publisher(request.body()));
        Deadline deadline = Deadline.in(request.timeouts().total());
        PullSubscriber subscriber = new PullSubscriber(request.timeouts().idle(), deadline);
        CompletableFuture<HttpResponse<Void>> future = http.sendAsync(builder.build(), info -> subscriber);
        Runnable end = () -> {
            future.cancel(true);
            subscriber.close();
        };
        underWay.add(end);
        var unused = subscriber.done().thenRun(() -> underWay.remove(end));
        if (closed) {
            end.run();
        }
        return new JdkResponse(await(future, request.timeouts().response(), deadline, end), subscriber);
    }

    private static HttpRequest.BodyPublisher publisher(@Nullable Body body) {
        if (body == null) {
            return HttpRequest.BodyPublishers.noBody();
        }
        HttpRequest.BodyPublisher bytes = HttpRequest.BodyPublishers.ofInputStream(() -> {
            try {
                return body.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return body.length() == 0
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.fromPublisher(bytes, body.length());
    }

    private HttpResponse<Void> await(
            CompletableFuture<HttpResponse<Void>> future, Duration timeout, Deadline deadline, Runnable end)
            throws IOException {
        boolean answered = false;
        try {
            Duration wait = deadline.cut(timeout.plus(connectTimeout));
            // Rounded up, so that the wait never ends just before its deadline.
            HttpResponse<Void> response = future.get(wait.plusNanos(999_999).toMillis(), TimeUnit.MILLISECONDS);
            answered = true;
            return response;
        } catch (TimeoutException e) {
            throw deadline.late("no response within " + timeout.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a response");
        } catch (CancellationException e) {
            throw new IOException("the exchange was closed", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            if (!answered) {
                end.run();
            }
        }
    }

    private static IOException failure(@Nullable Throwable cause) {
        if (cause instanceof HttpConnectTimeoutException || cause instanceof SSLHandshakeException) {
            ConnectException notConnected = new ConnectException(cause.getMessage());
            notConnected.initCause(cause);
            return notConnected;
        }
        return cause instanceof IOException io ? io : new IOException(cause);
    }

    /** Ends what is under way. The JDK's client ends its threads when it is no longer reachable, and they are daemons. */
    @Override
    public void close() {
        closed = true;
        List.copyOf(underWay).forEach(Runnable::run);
    }

    private record JdkResponse(HttpResponse<Void> response, PullSubscriber body) implements Response {
        @Override
        public int status() {
            return response.statusCode();
        }

        @Override
        public Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        @Override
        public int read(byte[] buffer) throws IOException {
            return body.read(buffer);
        }

        @Override
        public void close() {
            body.close();
        }
    }
}
