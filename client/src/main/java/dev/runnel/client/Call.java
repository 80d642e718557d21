package dev.runnel.client;

import dev.runnel.client.transport.Transport.Body;
import dev.runnel.protocol.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A request to make, and what it is allowed to cost.
 *
 * @param path appended to the base URL
 * @param contentType of the body; of no meaning without one
 * @param stream whether the answer is wanted as an event stream
 * @param repeatable whether sending it twice does what sending it once does
 * @param idempotencyKey sent along, so that a server which knows it does the work once; null for none
 */
record Call(
        String method,
        String path,
        @Nullable Body body,
        String contentType,
        boolean stream,
        boolean repeatable,
        @Nullable String idempotencyKey) {
    private static final String JSON = "application/json";

    /** Reading, which may be repeated. */
    static Call get(String path) {
        return new Call("GET", path, null, JSON, false, true, null);
    }

    /** Deleting, which is not: the second time finds nothing. */
    static Call delete(String path) {
        return new Call("DELETE", path, null, JSON, false, false, null);
    }

    /** Posting an object as JSON, or nothing. */
    static Call post(String path, @Nullable Object object) {
        return post(path, object == null ? null : Body.of(Json.write(object)), JSON);
    }

    /** Posting bytes as they are. */
    static Call post(String path, @Nullable Body body, String contentType) {
        return new Call("POST", path, body, contentType, false, false, null);
    }

    /** Whether it is of the Assistants API, which servers want to be told; model servers know nothing of it. */
    boolean ofAssistants() {
        return !path.startsWith("/chat/") && !path.startsWith("/models");
    }

    /** The same call, its answer wanted as an event stream. */
    Call streamed() {
        return new Call(method, path, body, contentType, true, repeatable, idempotencyKey);
    }

    /** The same call, known to do no more when it is sent twice. */
    Call safeToRepeat() {
        return new Call(method, path, body, contentType, stream, true, idempotencyKey);
    }

    /** The same call with a key; a null key changes nothing. */
    Call withKey(@Nullable String key) {
        return key == null ? this : new Call(method, path, body, contentType, stream, true, key);
    }
}
