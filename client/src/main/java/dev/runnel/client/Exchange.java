package dev.runnel.client;

import dev.runnel.client.transport.ProxyException;
import dev.runnel.client.transport.Transport;
import dev.runnel.client.transport.Transport.Timeouts;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request to the server and its answer, with retries where they are safe. Thread-safe.
 *
 * <p>A request is sent again only before anything of a body was handed out, and only if it may be: one that is repeatable (reading,
 * chat completions, whatever carries an idempotency key) after a failure that may pass, any other only if it cannot have been
 * carried out, which is so when there was no connection and when the server was too busy for it (429). How long it waits is told by
 * {@link RetryDelay}.
 */
final class Exchange {
    private static final int MAX_BODY_BYTES = 64 * 1024 * 1024;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private final ClientOptions options;
    private final Transport transport;
    private final CountDownLatch closed = new CountDownLatch(1);

    Exchange(ClientOptions options, Transport transport) {
        this.options = options;
        this.transport = transport;
    }

    /** Ends what is under way; nothing is tried again. */
    void close() {
        closed.countDown();
        transport.close();
    }

    /** A new key for a request that creates something; null unless the server is said to honour such keys. */
    @Nullable
    String newKey() {
        return options.idempotencyKeys() ? UUID.randomUUID().toString() : null;
    }

    <T> T get(String path, Class<T> type) {
        return ask(Call.get(path), type);
    }

    <T> T delete(String path, Class<T> type) {
        return ask(Call.delete(path), type);
    }

    /** Posts something that creates nothing, or whose creating may not be repeated by a key. */
    <T> T post(String path, @Nullable Object body, Class<T> type) {
        return ask(Call.post(path, body), type);
    }

    /** Posts something that creates an object, with a key where keys are honoured. */
    <T> T create(String path, @Nullable Object body, Class<T> type) {
        return ask(Call.post(path, body).withKey(newKey()), type);
    }

    <T> T ask(Call call, Class<T> type) {
        return ask(call, body -> Json.read(body, type));
    }

    <T> T ask(Call call, Function<byte[], T> reader) {
        Transport.Response response = open(call);
        byte[] body = body(response);
        try {
            return reader.apply(body);
        } catch (JsonException e) {
            ApiError error = new ApiError(
                    "the answer is not what was asked for: " + ApiError.parse(body).message(), null, null, null);
            throw new ApiException(response.status(), error, Answers.requestId(response), null, false);
        }
    }

    /** Sends the request, and answers the response if its status is 2xx. */
    Transport.Response open(Call call) {
        URI uri = URI.create(options.baseUrl() + call.path());
        long start = System.nanoTime();
        for (int retry = 0;; retry++) {
            RunnelException failure;
            try {
                Transport.Response response = transport.send(request(call, uri, left(start)));
                if (response.status() / 100 == 2) {
                    return response;
                }
                failure = refusal(call, response);
            } catch (IOException e) {
                failure = failure(call, uri, e);
            }
            if (!failure.isRetrySafe() || retry >= options.maxRetries()
                    || !pause(failure, retry, left(start))) {
                throw failure;
            }
        }
    }

    /** Waits before another try, if that is worth it; see {@link RetryDelay#sleep}. */
    boolean pause(RunnelException failure, int retry, @Nullable Duration left) {
        return RetryDelay.sleep(failure, retry, left, closed);
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** What is left of the total timeout, at least an instant; null if there is none. */
    private @Nullable Duration left(long start) {
        Duration total = options.timeouts().total();
        if (total == null) {
            return null;
        }
        Duration left = total.minusNanos(System.nanoTime() - start);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Transport.Request request(Call call, URI uri, @Nullable Duration left) {
        Timeouts given = options.timeouts();
        Timeouts timeouts = new Timeouts(given.connect(), given.response(), given.idle(), left);
        return new Transport.Request(call.method(), uri, headers(call), call.body(), timeouts);
    }

    private Map<String, String> headers(Call call) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("User-Agent", ClientOptions.USER_AGENT);
        headers.put("Accept", call.stream() ? "text/event-stream" : "application/json");
        headers.put("OpenAI-Beta", "assistants=v2");
        if (call.body() != null) {
            headers.put("Content-Type", call.contentType());
        }
        if (call.idempotencyKey() != null) {
            headers.put("Idempotency-Key", call.idempotencyKey());
        }
        options.apiKey().ifPresent(key -> headers.put("Authorization", "Bearer " + key));
        headers.putAll(options.headers());
        return headers;
    }

    private ApiException refusal(Call call, Transport.Response response) {
        byte[] body;
        try {
            body = body(response);
        } catch (BrokenStreamException e) {
            body = new byte[0];
        }
        int status = response.status();
        boolean safe = Answers.worthAnotherTry(response) && (call.repeatable() || status == TOO_MANY_REQUESTS);
        return new ApiException(status, error(response, body), Answers.requestId(response),
                Answers.retryAfter(response), safe);
    }

    /** What is no JSON may be a proxy's page. */
    private ApiError error(Transport.Response response, byte[] body) {
        ApiError error = ApiError.parse(body);
        if (options.proxy() == null || response.header("content-type").orElse("").contains("json")) {
            return error;
        }
        String message = error.message() + " (this may be the answer of the proxy " + options.proxy() + ")";
        return new ApiError(message, error.type(), error.param(), error.code());
    }

    private RunnelException failure(Call call, URI uri, IOException e) {
        if (Failures.isInterrupt(e)) {
            return new ClosedStreamException("interrupted while waiting for " + uri, e);
        } else if (isClosed()) {
            return new ClosedStreamException("the client was closed while waiting for " + uri, e);
        }
        boolean safe = e instanceof ProxyException refusal
                ? refusal.status() == 0 || refusal.status() >= SERVER_ERROR
                : call.repeatable() || e instanceof ConnectException;
        return new ConnectionException(uri, e, options.proxy(), safe);
    }

    /** The whole body, up to 64 MiB; leading white space, which proxies send to keep a connection alive, is no harm to JSON. */
    byte[] body(Transport.Response response) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 * 1024];
        try (response) {
            for (int n; (n = response.read(buffer)) >= 0;) {
                if (body.size() + n > MAX_BODY_BYTES) {
                    throw new BrokenStreamException("the answer is larger than 64 MiB", 0, 0, null, null);
                }
                body.write(buffer, 0, n);
            }
        } catch (IOException e) {
            if (Failures.isInterrupt(e)) {
                throw new ClosedStreamException("interrupted in the middle of an answer", e);
            } else if (isClosed()) {
                throw new ClosedStreamException("the client was closed in the middle of an answer", e);
            }
            throw new BrokenStreamException("the answer broke off: " + Failures.describe(e), 0, 0, null, e);
        }
        return body.toByteArray();
    }
}
