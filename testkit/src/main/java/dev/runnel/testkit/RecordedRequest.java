package dev.runnel.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A request as it arrived, and what became of its connection. Safe for use by any thread. */
public final class RecordedRequest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String method;
    private final String path;
    private final Map<String, String> headers;
    private final byte[] body;
    private final CompletableFuture<Boolean> disconnected = new CompletableFuture<>();

    RecordedRequest(String method, String path, Map<String, String> headers, byte[] body) {
        this.method = method;
        this.path = path;
        var sorted = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        sorted.putAll(headers);
        this.headers = Collections.unmodifiableMap(sorted);
        this.body = body;
    }

    public String method() {
        return method;
    }

    /** The request target as sent, with its query if there is one: {@code /v1/chat/completions}. */
    public String path() {
        return path;
    }

    /** The headers; names in any case. A header that was sent several times has its values joined by {@code ", "}. */
    public Map<String, String> headers() {
        return headers;
    }

    /** The body, without any transfer coding; empty if there was none. */
    public byte[] body() {
        return body.clone();
    }

    /**
     * The body as JSON; a missing node if the body is empty.
     *
     * @throws UncheckedIOException if the body is not JSON
     */
    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until the peer has closed or reset the connection while the script for this request was running. A peer
     * that hangs up between the script's last step and the end of the body may be told either way.
     *
     * @return true as soon as the peer has left; false once the script came to its own end or the server was closed, or
     *         when the timeout has passed
     */
    public boolean awaitDisconnect(Duration timeout) throws InterruptedException {
        try {
            return disconnected.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new AssertionError("never completed with an error", e);
        }
    }

    /** The first call counts: later calls of this and of {@link #scriptEnded} do nothing. */
    void peerLeft() {
        disconnected.complete(true);
    }

    void scriptEnded() {
        disconnected.complete(false);
    }

    /** Whether the body is a JSON object with {@code "stream": true}. */
    boolean wantsStream() {
        return jsonOrMissing().path("stream").asBoolean();
    }

    /** The body as JSON, or a missing node if it is not JSON. */
    JsonNode jsonOrMissing() {
        try {
            return json();
        } catch (UncheckedIOException e) {
            return JSON.missingNode();
        }
    }

    @Override
    public String toString() {
        return method + " " + path + " (" + body.length + " bytes)";
    }
}
