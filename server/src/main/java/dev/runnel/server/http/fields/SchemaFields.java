package dev.runnel.server.http.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Derives a JSON Schema from a function that reads a request, by noting which fields the function asks for. To the
 * function, this object looks like a request that has only the required fields, each with an empty value.
 */
public final class SchemaFields implements Fields {
    private final ObjectNode properties = Json.object();
    private final List<String> required = new ArrayList<>();
    private final List<String> alternatives = new ArrayList<>();
    private final List<ObjectNode> options = new ArrayList<>();

    private SchemaFields() {}

    /** The schema of the objects that a function reads. */
    public static ObjectNode describe(Function<Fields, ?> reader) {
        SchemaFields fields = new SchemaFields();
        Object _ = reader.apply(fields);
        return fields.schema();
    }

    /** The schema of one of the fields that a function reads. */
    public static ObjectNode describe(String name, Function<Fields, ?> reader) {
        SchemaFields fields = new SchemaFields();
        Object _ = reader.apply(fields);
        return fields.field(name);
    }

    /** A field's schema without the null that {@link #allow} adds. */
    private ObjectNode field(String name) {
        ObjectNode schema = (ObjectNode) properties.path(name);
        if (schema.path("anyOf").path(0) instanceof ObjectNode either) {
            return either;
        }
        if (schema.path("type") instanceof ArrayNode types) {
            schema.set("type", types.get(0));
        }
        if (schema.path("enum") instanceof ArrayNode words && words.get(words.size() - 1).isNull()) {
            words.remove(words.size() - 1);
        }
        return schema;
    }

    private ObjectNode schema() {
        ObjectNode schema = Json.object();
        if (!options.isEmpty()) {
            schema.putArray("oneOf").addAll(options);
            return schema;
        }
        schema.put("type", "object").set("properties", properties);
        if (!required.isEmpty()) {
            required.forEach(schema.putArray("required")::add);
        }
        if (!alternatives.isEmpty()) {
            ArrayNode anyOf = schema.putArray("anyOf");
            alternatives.forEach(name -> anyOf.addObject().putArray("required").add(name));
        }
        return schema.put("additionalProperties", false);
    }

    private static ObjectNode type(String type) {
        return Json.object().put("type", type);
    }

    private static ObjectNode text(int maxLength) {
        return maxLength == Integer.MAX_VALUE ? type("string") : type("string").put("maxLength", maxLength);
    }

    private static ObjectNode words(String... allowed) {
        ObjectNode schema = type("string");
        List.of(allowed).forEach(schema.putArray("enum")::add);
        return schema;
    }

    private static ObjectNode array(int minSize, int maxSize, ObjectNode items) {
        ObjectNode schema = type("array");
        if (minSize > 0) {
            schema.put("minItems", minSize);
        }
        schema.put("maxItems", maxSize).set("items", items);
        return schema;
    }

    private void require(String name, ObjectNode schema) {
        properties.set(name, schema);
        required.add(name);
    }

    /** Describes a field that may be left out, and so may be null. */
    private void allow(String name, ObjectNode schema) {
        if (!schema.has("type") || schema.has("properties")) {
            ObjectNode either = Json.object();
            either.putArray("anyOf").add(schema).add(type("null"));
            properties.set(name, either);
            return;
        }
        String type = schema.path("type").textValue();
        schema.putArray("type").add(type).add("null");
        if (schema.get("enum") instanceof ArrayNode words) {
            words.addNull();
        }
        properties.set(name, schema);
    }

    @Override
    public String path(String name) {
        return name;
    }

    @Override
    public boolean has(String name) {
        return false;
    }

    @Override
    public void requirePresent(String name) {
        required.add(name);
    }

    @Override
    public void requireOneOf(String name, String other) {
        alternatives.add(name);
        alternatives.add(other);
    }

    @Override
    public @Nullable String string(String name, int maxLength) {
        allow(name, text(maxLength));
        return null;
    }

    @Override
    public String requiredString(String name, int maxLength) {
        require(name, text(maxLength));
        return "";
    }

    @Override
    public String requiredString(String name, int maxLength, Pattern pattern) {
        require(name, text(maxLength).put("pattern", "^" + pattern + "$"));
        return "";
    }

    @Override
    public @Nullable String choice(String name, String... allowed) {
        allow(name, words(allowed));
        return null;
    }

    @Override
    public String requiredChoice(String name, String... allowed) {
        require(name, words(allowed));
        return allowed[0];
    }

    @Override
    public Optional<String> unsupported(
            String name, List<String> values, Function<String, BadRequestException> refusal) {
        return Optional.empty(); // whether there is such a thing is the server's to say
    }

    @Override
    public void takeRest() {
        // The schema leaves other fields out.
    }

    @Override
    public @Nullable Boolean bool(String name) {
        allow(name, type("boolean"));
        return null;
    }

    @Override
    public @Nullable Double decimal(String name, double min, double max) {
        allow(name, type("number").put("minimum", min).put("maximum", max));
        return null;
    }

    @Override
    public Double requiredDecimal(String name, double min, double max) {
        require(name, type("number").put("minimum", min).put("maximum", max));
        return min;
    }

    @Override
    public @Nullable Long integer(String name, long min, long max) {
        allow(name, type("integer").put("minimum", min).put("maximum", max));
        return null;
    }

    @Override
    public Long requiredInteger(String name, long min, long max) {
        require(name, type("integer").put("minimum", min).put("maximum", max));
        return min;
    }

    @Override
    public @Nullable ObjectNode object(String name) {
        allow(name, type("object"));
        return null;
    }

    @Override
    public ObjectNode requiredObject(String name) {
        require(name, type("object"));
        return Json.object();
    }

    @Override
    public List<String> words(String name, int maxSize, String... allowed) {
        allow(name, array(0, maxSize, words(allowed)));
        return List.of();
    }

    @Override
    public @Nullable ObjectNode nested(String name, Consumer<Fields> reader) {
        allow(name, describe(returning(reader)));
        return null;
    }

    @Override
    public ObjectNode requiredNested(String name, Consumer<Fields> reader) {
        require(name, describe(returning(reader)));
        return Json.object();
    }

    private static Function<Fields, Fields> returning(Consumer<Fields> reader) {
        return fields -> {
            reader.accept(fields);
            return fields;
        };
    }

    @Override
    public <T> @Nullable T part(String name, Function<Fields, T> reader) {
        allow(name, describe(reader));
        return null;
    }

    @Override
    public <T> T requiredPart(String name, Function<Fields, T> reader) {
        SchemaFields fields = new SchemaFields();
        T empty = reader.apply(fields);
        require(name, fields.schema());
        return empty;
    }

    @Override
    public <T> @Nullable List<T> objects(String name, int maxSize, Function<Fields, T> reader) {
        allow(name, array(0, maxSize, describe(reader)));
        return null;
    }

    @Override
    public <T> List<T> requiredObjects(String name, int minSize, int maxSize, Function<Fields, T> reader) {
        require(name, array(minSize, maxSize, describe(reader)));
        return List.of();
    }

    @Override
    public void requiredArray(String name, int minSize) {
        require(name, type("array").put("minItems", minSize).set("items", type("object")));
    }

    @Override
    public void array(String name, int maxSize) {
        allow(name, array(0, maxSize, type("object")));
    }

    @Override
    public <T> List<T> requiredObjects(
            String name, int minSize, int maxSize, String schema, Function<Fields, T> reader) {
        require(name, array(minSize, maxSize, Json.object().put("$ref", "#/components/schemas/" + schema)));
        return List.of();
    }

    @Override
    public List<String> strings(String name, int minSize, int maxSize, int maxLength) {
        allow(name, array(minSize, maxSize, text(maxLength)));
        return List.of();
    }

    @Override
    public List<String> requiredStrings(String name, int minSize, int maxSize, int maxLength) {
        require(name, array(minSize, maxSize, text(maxLength)));
        return List.of();
    }

    @Override
    public JsonNode requiredAny(String name, ObjectNode schema) {
        require(name, schema);
        return MissingNode.getInstance();
    }

    @Override
    public Object requiredScalar(String name, boolean booleans) {
        require(name, scalar(booleans));
        return "";
    }

    @Override
    public List<Object> requiredScalars(String name, int maxSize) {
        require(name, array(0, maxSize, scalar(false)));
        return List.of();
    }

    private static ObjectNode scalar(boolean booleans) {
        ObjectNode either = Json.object();
        ArrayNode options = either.putArray("anyOf").add(text(Limits.METADATA_VALUE)).add(type("number"));
        if (booleans) {
            options.add(type("boolean"));
        }
        return either;
    }

    @Override
    public @Nullable JsonValue attributes(String name) {
        allow(name, pairs(scalar(true)));
        return null;
    }

    private static ObjectNode pairs(ObjectNode value) {
        ObjectNode map = type("object").put("maxProperties", Limits.METADATA_PAIRS);
        map.putObject("propertyNames").put("maxLength", Limits.METADATA_KEY);
        map.set("additionalProperties", value);
        return map;
    }

    @Override
    public void noneWithout(
            String tool, String name, Consumer<Fields> reader, Supplier<BadRequestException> refusal) {
        reader.accept(this);
    }

    @Override
    public @Nullable Map<String, String> metadata(String name) {
        allow(name, pairs(text(Limits.METADATA_VALUE)));
        return null;
    }

    /** Combines the schemas of both functions. The field is required if the first function requires it. */
    @Override
    public @Nullable JsonNode textOr(String name, Consumer<Fields> text, Consumer<Fields> other) {
        SchemaFields first = new SchemaFields();
        text.accept(first);
        ObjectNode either = Json.object();
        either.putArray("oneOf").add(first.field(name)).add(describe(name, returning(other)));
        if (first.required.contains(name)) {
            require(name, either);
        } else {
            allow(name, either);
        }
        return null;
    }

    @Override
    public @Nullable JsonNode checked(String name, Consumer<Fields> check) {
        check.accept(this);
        return null;
    }

    @Override
    public <T> T kinds(String name, List<Kind<T>> kinds) {
        return kinds(name, kinds, false);
    }

    @Override
    public <T> T kindsOrFirst(String name, List<Kind<T>> kinds) {
        return kinds(name, kinds, true);
    }

    private <T> T kinds(String name, List<Kind<T>> kinds, boolean firstUsual) {
        List<T> empty = new ArrayList<>();
        for (Kind<T> kind : kinds) {
            SchemaFields fields = new SchemaFields();
            ObjectNode word = type("string").put("const", kind.word());
            if (firstUsual && empty.isEmpty()) {
                fields.properties.set(name, word);
            } else {
                fields.require(name, word);
            }
            empty.add(kind.reader().apply(fields));
            options.add(fields.schema());
        }
        return empty.getFirst();
    }
}
