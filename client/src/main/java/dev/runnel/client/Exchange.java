package dev.runnel.client;

import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request to the server and its answer, with retries where they are safe. Thread-safe.
 *
 * <p>A retry happens only before anything of a body was handed out, and only for requests that may be repeated: reading, and
 * chat completions. It waits as long as the server asks ({@code retry-after-ms}, {@code retry-after}), else half a second, doubled
 * each time up to 8 seconds, less up to a quarter at random, as the official SDKs do. A server that asks for more than a minute is
 * not asked again: whether to wait that long is the caller's decision.
 */
final class Exchange {
    private static final int MAX_BODY_BYTES = 64 * 1024 * 1024;
    private static final Duration MAX_WAIT = Duration.ofSeconds(60);
    private static final Duration FIRST_DELAY = Duration.ofMillis(500);
    private static final Duration MAX_DELAY = Duration.ofSeconds(8);

    private final ClientOptions options;
    private final Transport transport;
    private volatile boolean closed;

    Exchange(ClientOptions options, Transport transport) {
        this.options = options;
        this.transport = transport;
    }

    /** Ends what is under way; nothing is tried again. */
    void close() {
        closed = true;
        transport.close();
    }

    /** What a request is allowed to cost. */
    enum Repeat {
        /** Sending it twice does what sending it once does. */
        SAFE,
        /** Sending it twice may do it twice. */
        NEVER
    }

    <T> T get(String path, Class<T> type) {
        return read(open("GET", path, null, false, Repeat.SAFE), body -> Json.read(body, type));
    }

    <T> Page<T> page(String path, Class<T> type) {
        return read(
                open("GET", path, null, false, Repeat.SAFE), body -> Paths.page(Json.readTree(body), type));
    }

    <T> T post(String path, @Nullable Object body, Class<T> type) {
        byte[] json = body == null ? null : Json.write(body);
        return read(open("POST", path, json, false, Repeat.NEVER), answer -> Json.read(answer, type));
    }

    private <T> T read(Transport.Response response, Function<byte[], T> reader) {
        byte[] body = body(response);
        try {
            return reader.apply(body);
        } catch (JsonException e) {
            throw new ApiException(
                    response.status(),
                    new ApiError("the answer is not what was asked for: " + ApiError.parse(body).message(), null, null,
                            null),
                    response.header("x-request-id").orElse(null),
                    null);
        }
    }

    /** Sends the request, and answers the response if its status is 2xx. */
    Transport.Response open(String method, String path, byte @Nullable [] body, boolean stream, Repeat repeat) {
        URI uri = URI.create(options.baseUrl() + path);
        Transport.Request request = new Transport.Request(method, uri, headers(body != null, stream), body,
                options.timeouts());
        for (int retry = 0;; retry++) {
            boolean mayRetry = repeat == Repeat.SAFE && retry < options.maxRetries();
            Duration delay;
            try {
                Transport.Response response = transport.send(request);
                if (response.status() / 100 == 2) {
                    return response;
                }
                ApiException error = error(response);
                delay = error.retryAfter().orElseGet(backoff(retry));
                if (!mayRetry || !retryable(error.status(), response) || delay.compareTo(MAX_WAIT) > 0) {
                    throw error;
                }
            } catch (IOException e) {
                if (e instanceof InterruptedIOException && Thread.currentThread().isInterrupted()) {
                    throw new ClosedStreamException("interrupted while waiting for " + uri, e);
                } else if (closed) {
                    throw new ClosedStreamException("the client was closed while waiting for " + uri, e);
                } else if (!mayRetry) {
                    throw new ConnectionException(uri, e);
                }
                delay = backoff(retry).get();
            }
            sleep(delay, uri);
        }
    }

    private Map<String, String> headers(boolean hasBody, boolean stream) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("User-Agent", ClientOptions.USER_AGENT);
        headers.put("Accept", stream ? "text/event-stream" : "application/json");
        headers.put("OpenAI-Beta", "assistants=v2");
        if (hasBody) {
            headers.put("Content-Type", "application/json");
        }
        options.apiKey().ifPresent(key -> headers.put("Authorization", "Bearer " + key));
        return headers;
    }

    private static boolean retryable(int status, Transport.Response response) {
        String asked = response.header("x-should-retry").orElse("");
        if (asked.equals("true") || asked.equals("false")) {
            return asked.equals("true");
        }
        return status == 408 || status == 409 || status == 429 || status >= 500;
    }

    private static Supplier<Duration> backoff(int retry) {
        return () -> {
            long millis = Math.min(FIRST_DELAY.toMillis() << Math.min(retry, 10), MAX_DELAY.toMillis());
            return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 4 + 1));
        };
    }

    private static void sleep(Duration delay, URI uri) {
        try {
            Thread.sleep(delay.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedStreamException("interrupted before trying " + uri + " again", e);
        }
    }

    private ApiException error(Transport.Response response) {
        byte[] body;
        try {
            body = body(response);
        } catch (BrokenStreamException e) {
            body = new byte[0];
        }
        return new ApiException(
                response.status(),
                ApiError.parse(body),
                response.header("x-request-id").orElse(null),
                retryAfter(response));
    }

    /** How long the server asks to wait; null if it does not say, or a time that has passed. */
    private static @Nullable Duration retryAfter(Transport.Response response) {
        Duration asked = response.header("retry-after-ms")
                .map(value -> millis(value, 1))
                .or(() -> response.header("retry-after").map(Exchange::secondsOrDate))
                .orElse(null);
        return asked == null || asked.isNegative() ? null : asked;
    }

    private static @Nullable Duration secondsOrDate(String value) {
        Duration seconds = millis(value, 1_000);
        if (seconds != null) {
            return seconds;
        }
        try {
            return Duration.between(
                    Instant.now(), DateTimeFormatter.RFC_1123_DATE_TIME.parse(value.strip(), Instant::from));
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static @Nullable Duration millis(String number, int unit) {
        try {
            return Duration.ofMillis((long) (Double.parseDouble(number) * unit));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The whole body, up to 64 MiB; leading white space, which proxies send to keep a connection alive, is no harm to JSON. */
    byte[] body(Transport.Response response) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 * 1024];
        try (response) {
            for (int n; (n = response.read(buffer)) >= 0;) {
                if (body.size() + n > MAX_BODY_BYTES) {
                    throw new BrokenStreamException("the answer is larger than 64 MiB", 0, 0, null);
                }
                body.write(buffer, 0, n);
            }
        } catch (IOException e) {
            throw new BrokenStreamException("the answer broke off: " + Failures.describe(e), 0, 0, e);
        }
        return body.toByteArray();
    }
}
