package dev.runnel.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON that a model wrote by a schema. It refuses JSON that lacks a required member: the reader would fill in null or 0,
 * which the model did not write.
 */
final class TypedJson {
    private TypedJson() {}

    /**
     * Reads an object.
     *
     * @param schema null for none
     * @throws JsonException if it is not JSON, is not of the type, or lacks a required member
     */
    static <T> T read(byte[] json, Class<T> type, @Nullable JsonValue schema) {
        T value = Json.read(json, type);
        if (schema != null) {
            check(Json.tree(schema), Json.readTree(json), "");
        }
        return value;
    }

    private static void check(JsonNode schema, JsonNode value, String path) {
        if (value.isObject()) {
            JsonNode properties = schema.path("properties");
            for (JsonNode required : schema.path("required")) {
                String name = required.asText();
                if (!value.hasNonNull(name) && !isNullable(properties.path(name))) {
                    throw new JsonException("the required member " + path + name + " is missing", null);
                }
            }
            value.properties().forEach(
                    member -> check(properties.path(member.getKey()), member.getValue(), path + member.getKey() + "."));
        }
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            check(schema.path("items"), value.get(i), path + i + ".");
        }
    }

    /** Whether null is allowed. A schema without a type may allow it in ways that are not read here. */
    private static boolean isNullable(JsonNode schema) {
        JsonNode types = schema.path("type");
        for (JsonNode type : types) {
            if (type.asText().equals("null")) {
                return true;
            }
        }
        return types.isMissingNode();
    }
}
