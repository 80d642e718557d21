package dev.runnel.client.exchange;

import dev.runnel.client.transport.Transport.Body;
import dev.runnel.protocol.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request, and how it may be sent.
 *
 * @param path appended to the base URL
 * @param contentType of the body; ignored without a body
 * @param stream whether to ask for an event stream
 * @param repeatable whether sending it twice has the same effect as sending it once
 * @param idempotencyKey sent along, so that a server that knows such keys does the work once; null for none
 */
public record Call(
        String method,
        String path,
        @Nullable Body body,
        String contentType,
        boolean stream,
        boolean repeatable,
        @Nullable String idempotencyKey) {
    private static final String JSON = "application/json";

    /** The beginnings of paths that do not belong to the Assistants API. */
    private static final List<String> OTHERS = List.of("/chat/", "/models", "/responses", "/conversations");

    /** A read, which may be repeated. */
    public static Call get(String path) {
        return new Call("GET", path, null, JSON, false, true, null);
    }

    /** A deletion, which may not be repeated: the second one finds nothing. */
    public static Call delete(String path) {
        return new Call("DELETE", path, null, JSON, false, false, null);
    }

    /** A POST with an object as JSON, or with nothing. */
    public static Call post(String path, @Nullable Object object) {
        return post(path, object == null ? null : Body.of(Json.write(object)), JSON);
    }

    /** A POST with bytes, unchanged. */
    public static Call post(String path, @Nullable Body body, String contentType) {
        return new Call("POST", path, body, contentType, false, false, null);
    }

    /** Whether it belongs to the Assistants API. Servers need a header for that; model servers do not know the header. */
    public boolean ofAssistants() {
        return OTHERS.stream().noneMatch(path::startsWith);
    }

    /** The same call, with an event stream as its answer. */
    public Call streamed() {
        return new Call(method, path, body, contentType, true, repeatable, idempotencyKey);
    }

    /** The same call, marked as repeatable. */
    public Call safeToRepeat() {
        return new Call(method, path, body, contentType, stream, true, idempotencyKey);
    }

    /** The same call with a key; a null key changes nothing. */
    public Call withKey(@Nullable String key) {
        return key == null ? this : new Call(method, path, body, contentType, stream, true, key);
    }
}
