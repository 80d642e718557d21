package dev.runnel.client;

import dev.runnel.client.exchange.Answers;
import dev.runnel.client.exchange.Call;
import dev.runnel.client.exchange.NetworkFaults;
import dev.runnel.client.exchange.Unpacked;
import dev.runnel.client.transport.ByteBudget;
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
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request to the server and its answer, with retries where they are safe. Thread-safe.
 *
 * <p>A request is sent again only before the caller got any part of a body. A repeatable request (a read, a chat completion, or
 * a request with an idempotency key) is sent again after any failure that may pass. Any other request is sent again only if the
 * server cannot have carried it out: if there was no connection, or if the server was too busy (429). {@link RetryDelay}
 * decides how long it waits.
 */
final class Requester {
    private static final int MAX_BODY_BYTES = 64 * 1024 * 1024;

    /** The beginning of an error body is enough for a message. */
    private static final int MAX_ERROR_BYTES = 1024 * 1024;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private static final Duration WHEN_THERE_MAY_BE_ROOM = Duration.ofSeconds(5);
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private final ClientOptions options;
    private final Transport transport;
    private final CountDownLatch closed = new CountDownLatch(1);

    Requester(ClientOptions options, Transport transport) {
        this.options = options;
        this.transport = transport;
    }

    /** Ends all exchanges under way, without another try. */
    void close() {
        closed.countDown();
        transport.close();
    }

    /** A new key for a request that creates something; null unless the options say that the server knows such keys. */
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

    /** Sends a POST that creates nothing, or that must not be repeated with a key. */
    <T> T post(String path, @Nullable Object body, Class<T> type) {
        return ask(Call.post(path, body), type);
    }

    /** Sends a POST that creates an object, with a key if the server knows keys. */
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
            throw new ApiException(
                    response.status(), Answers.unreadable(response, body), Answers.requestId(response), null, false);
        }
    }

    /** Sends the request, and returns the response if its status is 2xx. */
    Transport.Response open(Call call) {
        URI uri = options.baseUrl().at(call.path());
        long start = System.nanoTime();
        for (int retry = 0;; retry++) {
            RunnelException failure;
            try {
                Transport.Response response = Unpacked.of(send(call, uri, start));
                if (response.status() / 100 == 2) {
                    return response;
                }
                failure = refusal(call, uri, response);
            } catch (IOException e) {
                failure = failure(call, uri, e);
            }
            if (!failure.isRetrySafe() || retry >= options.maxRetries()
                    || !pause(failure, retry, left(start))) {
                throw failure;
            }
        }
    }

    /** Sends the request, and after redirects within the same server. */
    private Transport.Response send(Call call, URI uri, long start) throws IOException {
        URI at = uri;
        for (int followed = 0;; followed++) {
            Transport.Response response = transport.send(request(call, at, left(start)));
            URI target = Redirects.target(call.method(), at, response);
            if (target == null || followed == Redirects.MAX) {
                return response;
            }
            response.close();
            at = target;
        }
    }

    /** Waits before another try, if there is one; see {@link RetryDelay#sleep}. */
    boolean pause(RunnelException failure, int retry, @Nullable Duration left) {
        return RetryDelay.sleep(failure, retry, left, closed);
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** The rest of the total timeout, at least an instant; null if there is none. */
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
        if (call.ofAssistants()) {
            headers.put("OpenAI-Beta", "assistants=v2");
        }
        if (call.body() != null) {
            headers.put("Content-Type", call.contentType());
        }
        if (call.idempotencyKey() != null) {
            headers.put("Idempotency-Key", call.idempotencyKey());
        }
        options.apiKey().ifPresent(key -> headers.put("Authorization", "Bearer " + key));
        options.baseUrl().authorization().ifPresent(basic -> headers.put("Authorization", basic));
        headers.putAll(options.headers());
        headers.putAll(options.perRequest().get());
        return headers;
    }

    private ApiException refusal(Call call, URI uri, Transport.Response response) {
        byte[] body;
        try {
            body = body(response, MAX_ERROR_BYTES, true);
        } catch (BrokenStreamException e) {
            body = new byte[0];
        }
        int status = response.status();
        boolean safe = Answers.worthAnotherTry(response) && (call.repeatable() || status == TOO_MANY_REQUESTS);
        ApiError error = status / 100 == 3
                ? new ApiError(Redirects.describe(call.method(), uri, response), null, null, null)
                : error(response, body);
        return new ApiException(
                status, error, Answers.requestId(response), Answers.retryAfter(response), safe);
    }

    /** An answer that is not JSON may be a proxy's page. */
    private ApiError error(Transport.Response response, byte[] body) {
        ApiError error = Answers.error(response, body);
        if (options.proxy() == null || response.header("content-type").orElse("").contains("json")) {
            return error;
        }
        String message = error.message() + " (the proxy may have sent this answer: " + options.proxy() + ")";
        return new ApiError(message, error.type(), error.param(), error.code());
    }

    private RunnelException failure(Call call, URI uri, IOException e) {
        if (NetworkFaults.isInterrupt(e)) {
            return new ClosedStreamException("interrupted while waiting for " + BaseUrl.shown(uri), e);
        } else if (isClosed()) {
            return new ClosedStreamException("the client was closed while waiting for " + BaseUrl.shown(uri), e);
        }
        boolean safe = e instanceof ProxyException refusal
                ? refusal.status() == 0 || refusal.status() >= SERVER_ERROR
                : call.repeatable() || e instanceof ConnectException;
        return new ConnectionException(uri, e, options.proxy(), safe);
    }

    /** The memory that the answers of this client may hold together. */
    ByteBudget budget() {
        return options.budget();
    }

    /**
     * The whole body, up to 64 MiB, without a byte order mark; leading white space, which proxies send to keep a connection
     * alive, does no harm in JSON.
     */
    byte[] body(Transport.Response response) {
        return body(response, MAX_BODY_BYTES, false);
    }

    /** @param cut whether a larger body is cut, or else refused */
    private byte[] body(Transport.Response response, int limit, boolean cut) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 * 1024];
        try (response; ByteBudget.Share share = options.budget().share()) {
            for (int n; (n = response.read(buffer)) >= 0;) {
                if (body.size() + n > limit && cut) {
                    break;
                } else if (body.size() + n > limit) {
                    throw new BrokenStreamException(
                            "the answer is larger than " + limit / 1024 / 1024 + " MiB", 0, 0, null, null);
                } else if (!share.take(2L * n)) { // twice, because they are copied when they are put together
                    throw noRoom(response);
                }
                body.write(buffer, 0, n);
            }
        } catch (IOException e) {
            if (NetworkFaults.isInterrupt(e)) {
                throw new ClosedStreamException("interrupted in the middle of an answer", e);
            } else if (isClosed()) {
                throw new ClosedStreamException("the client was closed in the middle of an answer", e);
            }
            throw new BrokenStreamException("the answer broke off: " + NetworkFaults.describe(e), 0, 0, null, e);
        }
        byte[] read = body.toByteArray();
        return Arrays.mismatch(read, BYTE_ORDER_MARK) == BYTE_ORDER_MARK.length
                ? Arrays.copyOfRange(read, BYTE_ORDER_MARK.length, read.length)
                : read;
    }

    /** The failure of an answer that does not fit in the budget. */
    static ApiException noRoom(Transport.Response response) {
        ApiError error = new ApiError(
                "the client has no memory left for the answer, because it is reading too many large answers at the moment",
                "server_error", null, ApiException.NO_ROOM);
        return new ApiException(503, error, Answers.requestId(response), WHEN_THERE_MAY_BE_ROOM, false);
    }
}
