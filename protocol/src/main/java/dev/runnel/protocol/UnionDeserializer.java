package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TreeTraversingParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a union by its {@code type} member. The union's {@link JsonSubTypes} name the class of each type. An unknown type becomes
 * the one class that has no name there. It keeps its JSON, so that nothing that a newer server sends is lost.
 */
final class UnionDeserializer extends StdDeserializer<Object> implements ContextualDeserializer {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, Class<?>> named = new HashMap<>();
    private final transient Class<?> unknown;

    /** By class: Jackson would look for its annotations anew at each value. Replaced as a whole; what two threads add at once is found anew. */
    private transient volatile Map<Class<?>, JsonDeserializer<Object>> known = Map.of();

    /** For Jackson, which then asks it for the deserializer of one union. */
    UnionDeserializer() {
        super(Object.class);
        this.unknown = Object.class;
    }

    private UnionDeserializer(Class<?> union) {
        super(union);
        for (JsonSubTypes.Type type : union.getAnnotation(JsonSubTypes.class).value()) {
            named.put(type.name(), type.value());
        }
        this.unknown = named.getOrDefault("", union);
    }

    @Override
    public JsonDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
        return new UnionDeserializer(context.getContextualType().getRawClass());
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        JsonNode tree = context.readTree(parser);
        if (!(tree instanceof ObjectNode object)) {
            return context.reportInputMismatch(handledType(), "expected an object, got %s", tree.getNodeType());
        }
        Class<?> type = named.getOrDefault(object.path("type").asText(), unknown);
        try (JsonParser members = new TreeTraversingParser(object, parser.getCodec())) {
            members.nextToken();
            return deserializer(type, context).deserialize(members, context);
        }
    }

    private JsonDeserializer<Object> deserializer(Class<?> type, DeserializationContext context) throws IOException {
        JsonDeserializer<Object> found = known.get(type);
        if (found == null) {
            found = context.findRootValueDeserializer(context.constructType(type));
            Map<Class<?>, JsonDeserializer<Object>> more = new HashMap<>(known);
            more.put(type, found);
            known = Map.copyOf(more);
        }
        return found;
    }
}
