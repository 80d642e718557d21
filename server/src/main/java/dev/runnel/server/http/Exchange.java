package dev.runnel.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.Project;
import dev.runnel.server.engine.IdempotencyKey;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One request and its response, in the protocol's terms. For one thread. */
final class Exchange {
    private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
    private static final int MAX_KEY = 255;

    private final ServerRequest request;
    private final ServerResponse response;
    private final int maxBody;
    private final boolean takesUnsupported;
    private String fingerprint = "";

    /**
     * An exchange.
     *
     * @param maxBody how many bytes the request's body may have
     * @param takesUnsupported whether tools that this server does not have are taken in the body
     */
    Exchange(ServerRequest request, ServerResponse response, int maxBody, boolean takesUnsupported) {
        this.request = request;
        this.response = response;
        this.maxBody = maxBody;
        this.takesUnsupported = takesUnsupported;
    }

    ServerResponse response() {
        return response;
    }

    ServerRequest request() {
        return request;
    }

    /** Whose objects are asked for: the project of the request's key. */
    Project project() {
        return request.context().get(Project.class).orElse(Project.DEFAULT);
    }

    /**
     * An id in the path.
     *
     * @param name the parameter, {@code thread_id} for example
     * @param prefix what ids of its kind begin with, {@code thread} for example
     */
    String id(String name, String prefix) {
        String id = request.path().pathParameters().get(name);
        if (!id.startsWith(prefix)) {
            throw BadRequestException.of(
                    "Invalid '" + name + "': '" + id + "'. Expected an ID that begins with '" + prefix + "'.",
                    name,
                    "invalid_value");
        }
        return id;
    }

    /** A parameter in the path, if it has it. */
    Optional<String> parameter(String name) {
        return request.path().pathParameters().first(name).asOptional();
    }

    /** A query parameter; one that is empty counts as absent: SDKs send such for what was not set. */
    Optional<String> query(String name) {
        return request.query().first(name).asOptional().filter(value -> !value.isEmpty());
    }

    /** A header of the request. */
    Optional<String> header(String name) {
        return request.headers().first(HeaderNames.create(name));
    }

    /** Adds a header to the answer. */
    void header(String name, String value) {
        response.header(HeaderNames.create(name), value);
    }

    /** Whether the answer's head alone is asked for. */
    boolean headOnly() {
        return request.prologue().method().equals(Method.HEAD);
    }

    /** The list parameters: limit, order, after, before. */
    PageRequest page() {
        return page(20, 100, query("before").orElse(null));
    }

    /** The list parameters but before, and another limit; a page has as many as it may have unless fewer are asked for. */
    PageRequest page(int maxLimit) {
        return page(maxLimit, maxLimit, null);
    }

    private PageRequest page(int usualLimit, int maxLimit, @Nullable String before) {
        String order = query("order").orElse("desc");
        if (!order.equals("asc") && !order.equals("desc")) {
            throw BadRequestException.of(
                    "Invalid value: '" + order + "'. Supported values are: 'asc', 'desc'.", "order", "invalid_value");
        }
        long limit = integer("limit", usualLimit, 1, maxLimit);
        return new PageRequest(
                Math.toIntExact(limit), order.equals("asc"), query("after").orElse(null), before);
    }

    /** An integer query parameter within bounds. */
    long integer(String name, long otherwise, long min, long max) {
        String text = query(name).orElse(null);
        if (text == null) {
            return otherwise;
        }
        ObjectNode json = Json.object();
        try {
            json.put(name, Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            json.put(name, text);
        }
        Long value = Fields.of(json).integer(name, min, max);
        return value == null ? otherwise : value;
    }

    /** The body, read by a function; an empty body is an empty object. */
    <T> T body(Function<Fields, T> reader) {
        byte[] bytes = bytes();
        if (request.headers().contains(IDEMPOTENCY_KEY)) {
            fingerprint = fingerprint(bytes);
        }
        return new JsonFields(bytes.length == 0 ? Json.object() : object(bytes), "", takesUnsupported).read(reader);
    }

    /** The key of a request that may be repeated, if it has one; to be asked for once the body was read. */
    Optional<IdempotencyKey> idempotencyKey() {
        return givenKey().map(value -> new IdempotencyKey(value, fingerprint));
    }

    private Optional<String> givenKey() {
        Optional<String> key = request.headers().first(IDEMPOTENCY_KEY);
        if (key.filter(value -> value.isBlank() || value.length() > MAX_KEY).isPresent()) {
            throw BadRequestException.of(
                    "Invalid 'Idempotency-Key': expected 1 to " + MAX_KEY + " characters, but got "
                            + key.get().length() + ".",
                    IDEMPOTENCY_KEY.defaultCase(), "invalid_value");
        }
        return key;
    }

    /** What tells a request from any other: its route and its body. */
    private String fingerprint(byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String route = request.prologue().method().text() + " " + request.path().path();
            digest.update(route.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
            return HexFormat.of().formatHex(digest.digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    static ObjectNode object(byte[] bytes) {
        JsonNode tree;
        try {
            tree = Json.readTreeStrictly(bytes);
        } catch (JsonException e) {
            throw BadRequestException.of(
                    "We could not parse the JSON body of your request. The server expects a JSON object; the parser says: "
                            + e.getMessage(),
                    null,
                    null);
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw BadRequestException.of(
                "Invalid body: expected a JSON object, but got something else instead.", null, "invalid_type");
    }

    /** The body's bytes. */
    byte[] bytes() {
        long announced = request.headers().contentLength().orElse(0);
        if (announced > maxBody) {
            throw tooLarge(announced);
        }
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        // As much as is announced: told more, it would take a buffer of 16 KiB for each body, however short.
        int most = announced > 0 ? (int) announced : maxBody + 1;
        try (InputStream in = request.content().inputStream()) {
            byte[] bytes = in.readNBytes(most);
            if (bytes.length > maxBody) {
                throw tooLarge(bytes.length);
            }
            return bytes;
        } catch (IOException e) {
            throw BadRequestException.of("The body of your request broke off: " + e.getMessage(), null, null);
        }
    }

    private BadRequestException tooLarge(long size) {
        return BodyStream.tooLarge(maxBody, size);
    }

    /** Answers 200 with an object of the protocol. */
    void send(Object value) {
        sendJson(200, Json.write(value));
    }

    /** Answers with JSON. */
    void sendJson(int status, byte[] json) {
        send(status, "application/json; charset=utf-8", json);
    }

    /** Answers with bytes of a media type. */
    void send(int status, String mediaType, byte[] body) {
        response.status(Status.create(status));
        response.header(HeaderNames.CONTENT_TYPE, mediaType);
        response.send(body);
    }
}
