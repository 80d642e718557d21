package dev.runnel.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a union by its {@code type} member. An unknown type becomes the union's unknown case and keeps its JSON, so that
 * nothing that a newer server sends is lost.
 *
 * @param <T> the union
 */
abstract class UnionDeserializer<T> extends StdDeserializer<T> {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, Class<? extends T>> cases;
    private final transient Function<JsonValue, T> unknown;

    /**
     * A reader of one union.
     *
     * @param cases the class for each value of {@code type}
     * @param unknown makes the unknown case
     */
    UnionDeserializer(Class<T> union, Map<String, Class<? extends T>> cases,
            Function<JsonValue, T> unknown) {
        super(union);
        this.cases = cases;
        this.unknown = unknown;
    }

    @Override
    public @Nullable T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        JsonNode tree = context.readTree(parser);
        if (!(tree instanceof ObjectNode object)) {
            return context.reportInputMismatch(handledType(), "expected an object, got %s", tree.getNodeType());
        }
        Class<? extends T> type = cases.get(object.path("type").asText());
        return type == null
                ? unknown.apply(context.readTreeAsValue(object, JsonValue.class))
                : context.readTreeAsValue(object, type);
    }
}
