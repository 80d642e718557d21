package dev.runnel.cli.servers;

import dev.runnel.client.transport.SocketTransport;
import dev.runnel.client.transport.TlsSettings;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads any answer at a URL: unlike the client, it does not expect an answer of the protocol. */
public final class HttpProbe implements AutoCloseable {
    /** The longest wait for a connection. */
    public static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Transport.Timeouts TIMEOUTS = new Transport.Timeouts(
            CONNECT, PATIENCE, PATIENCE, PATIENCE);
    private static final int MAX_BODY = 8 << 20;
    private static final int QUOTED = 80;

    private final Transport transport;
    private final @Nullable String key;

    public HttpProbe(String url, @Nullable String key) {
        this.transport = new SocketTransport(Proxies.of(url), TlsSettings.DEFAULT);
        this.key = key;
    }

    /**
     * The answer.
     *
     * @param json the body; JSON's null if it is no JSON
     */
    public record Answer(int status, JsonValue json, String text) {
        /** The body's beginning, in quotes. */
        public String quoted() {
            String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
            String shown = line.length() <= QUOTED ? line : line.substring(0, QUOTED) + "…";
            return line.isEmpty() ? "nothing" : "'" + shown + "'";
        }
    }

    public Answer get(String url) throws IOException {
        return send("GET", url, null);
    }

    /** @param body null for none */
    Answer send(String method, String url, @Nullable JsonValue body) throws IOException {
        Map<String, String> headers = new HashMap<>(Map.of("Accept", "application/json"));
        if (body != null) {
            headers.put("Content-Type", "application/json");
        }
        if (key != null) {
            headers.put("Authorization", "Bearer " + key);
        }
        Transport.Request request = new Transport.Request(method, URI.create(url), headers,
                body == null ? null : Transport.Body.of(body.toString().getBytes(StandardCharsets.UTF_8)), TIMEOUTS);
        try (Transport.Response response = transport.send(request)) {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            byte[] buffer = new byte[16 << 10];
            for (int n; read.size() < MAX_BODY && (n = response.read(buffer)) >= 0;) {
                read.write(buffer, 0, n);
            }
            String text = read.toString(StandardCharsets.UTF_8);
            return new Answer(response.status(), json(text), text);
        }
    }

    private static JsonValue json(String text) {
        try {
            return JsonValue.parse(text);
        } catch (JsonException e) {
            return JsonValue.NULL;
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
