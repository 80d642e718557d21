package dev.runnel.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runnel.client.transport.SocketTransport;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.sse.SseEvent;
import dev.runnel.protocol.sse.SseParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls a server and takes the time, on a connection that stays open. A key is sent with each call, whether or not it is asked for. For
 * one thread. */
public final class TimedCalls implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Transport.Timeouts TIMEOUTS = new Transport.Timeouts(PATIENCE, PATIENCE, PATIENCE, null);

    private final Transport transport = new SocketTransport();
    private final ObjectMapper json = new ObjectMapper();
    private final byte[] buffer = new byte[64 * 1024];
    private final URI server;

    /** @param server its base URL, with {@code /v1} */
    public TimedCalls(URI server) {
        this.server = server;
    }

    /** The nanoseconds from a request to the last byte of its answer. */
    public long time(String key, String path) throws IOException {
        long start = System.nanoTime();
        try (Transport.Response response = send("GET", key, path, null)) {
            while (response.read(buffer) > 0) {
                // Only its end counts.
            }
            return System.nanoTime() - start;
        }
    }

    /** Sends a POST and returns the answer. */
    public JsonNode post(String key, String path, String body) throws IOException {
        return answer("POST", key, path, body);
    }

    /** Sends a GET and returns the answer. */
    public JsonNode get(String key, String path) throws IOException {
        return answer("GET", key, path, null);
    }

    /** Deletes an object. */
    public void delete(String key, String path) throws IOException {
        answer("DELETE", key, path, null);
    }

    private JsonNode answer(String method, String key, String path, @Nullable String body) throws IOException {
        try (Transport.Response response = send(method, key, path, body)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int n; (n = response.read(buffer)) > 0;) {
                bytes.write(buffer, 0, n);
            }
            return json.readTree(bytes.toByteArray());
        }
    }

    /**
     * A run that was read to its end.
     *
     * @param created   nanoseconds from the request to the run's first event
     * @param token     nanoseconds from the request to its first text
     * @param messageId of what it wrote
     */
    public record Started(long created, long token, String messageId) {}

    /** Creates a run and reads its stream. */
    public Started start(String key, String path, String body) throws IOException {
        long start = System.nanoTime();
        long created = 0;
        long token = 0;
        String messageId = "";
        try (Transport.Response response = send("POST", key, path, body)) {
            SseParser parser = new SseParser();
            for (int n; (n = response.read(buffer)) > 0;) {
                parser.feed(buffer, 0, n);
                for (SseEvent event; (event = parser.next()) != null;) {
                    long after = System.nanoTime() - start;
                    switch (event.type()) {
                        case "thread.run.created" -> created = after;
                        case "thread.message.delta" -> token = token == 0 ? after : token;
                        case "thread.message.completed" -> messageId = json.readTree(event.text()).path("id").asText();
                        case "done" -> {
                            return new Started(created, token, messageId);
                        }
                        default -> {
                        }
                    }
                }
            }
        }
        throw new IOException("the stream ended without a word");
    }

    private Transport.Response send(String method, String key, String path, @Nullable String body) throws IOException {
        Map<String, String> headers = new HashMap<>(Map.of("authorization", "Bearer " + key));
        if (body != null) {
            headers.put("content-type", "application/json");
        }
        Transport.Response response = transport.send(new Transport.Request(
                method, URI.create(server + path), headers,
                body == null ? null : Transport.Body.of(body.getBytes(StandardCharsets.UTF_8)), TIMEOUTS));
        if (response.status() != 200) {
            response.close();
            throw new IOException(method + " " + path + ": status " + response.status());
        }
        return response;
    }

    @Override
    public void close() {
        transport.close();
    }
}
