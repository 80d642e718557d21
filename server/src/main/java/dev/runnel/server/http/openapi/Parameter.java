package dev.runnel.server.http.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import java.util.List;

/**
 * An optional parameter in the query or in a header.
 *
 * @param in {@code query} or {@code header}
 * @param schema a JSON Schema, which callers must not change
 */
public record Parameter(String in, String name, String description, ObjectNode schema) {

    /** The header that lets a client repeat a request without having it carried out twice. */
    public static final Parameter IDEMPOTENCY_KEY = header(
            "Idempotency-Key",
            "A key of the sender's, at most 255 characters: within 24 hours the same request with the same key is carried"
                    + " out once. An extension.");

    /** The list parameters. */
    static final List<Parameter> PAGE = List.of(
            integer("limit", "How many objects at most; 20 by default.", 1, 100),
            order(),
            after(),
            text("before", "Only what comes before the object of this id."));

    /** A list's order. */
    public static Parameter order() {
        return choice("order", "Newest first, the default, or oldest first.", "desc", "asc");
    }

    /** A list's cursor. */
    public static Parameter after() {
        return text("after", "Only what comes after the object of this id.");
    }

    /** Text in the query. */
    public static Parameter text(String name, String description) {
        return new Parameter("query", name, description, Json.object().put("type", "string"));
    }

    /** An integer within bounds in the query. */
    public static Parameter integer(String name, String description, long min, long max) {
        return new Parameter(
                "query", name, description,
                Json.object().put("type", "integer").put("minimum", min).put("maximum", max));
    }

    /** One of several values in the query. */
    public static Parameter choice(String name, String description, String... values) {
        ObjectNode schema = Json.object().put("type", "string");
        List.of(values).forEach(schema.putArray("enum")::add);
        return new Parameter("query", name, description, schema);
    }

    /** Text in a header. */
    public static Parameter header(String name, String description) {
        return new Parameter("header", name, description, Json.object().put("type", "string"));
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object().put("in", in).put("name", name).put("description", description);
        json.set("schema", schema);
        return json;
    }
}
