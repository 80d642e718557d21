package dev.runnel.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.runnel.protocol.json.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Any JSON value: a value that the protocol leaves open, or one that this version does not know, unchanged. Members keep their
 * order, but equality ignores the order. Numbers keep their digits, so 1 and 1.0 are different values. Immutable and
 * thread-safe.
 */
@JsonSerialize(using = JsonValue.Writer.class)
@JsonDeserialize(using = JsonValue.Reader.class)
public final class JsonValue {
    /** {@code null}. */
    public static final JsonValue NULL = new JsonValue(null);

    /** {@code {}}. */
    public static final JsonValue EMPTY_OBJECT = new JsonValue(Map.of());

    /** Null, or a string, boolean, number, list or map: the last two unmodifiable, and so are those within them. */
    private final @Nullable Object value;

    private JsonValue(@Nullable Object value) {
        this.value = value;
    }

    /**
     * Reads JSON.
     *
     * @throws JsonException if the text is not one JSON value
     */
    public static JsonValue parse(String json) {
        return parse(json.getBytes(StandardCharsets.UTF_8));
    }

    static JsonValue parse(byte[] json) {
        return Json.stream(json, parser -> {
            if (parser.nextToken() == null) {
                throw new JsonException("the text has no JSON value", null);
            }
            JsonValue read = new JsonValue(plain(parser));
            if (parser.nextToken() != null) {
                throw new JsonException("there is more text after the JSON value", null);
            }
            return read;
        });
    }

    /**
     * Converts a Java value to JSON.
     *
     * @param value null, a string, a boolean, a number, a map or a collection of such, a {@code JsonValue}, or a record of the
     *     protocol
     * @throws IllegalArgumentException if it is, or holds, something else, or a number that JSON does not have
     */
    public static JsonValue of(@Nullable Object value) {
        if (value == null) {
            return NULL;
        } else if (value instanceof JsonValue json) {
            return json;
        } else if (value instanceof String text) {
            return new JsonValue(text);
        }
        try {
            return Objects.requireNonNullElse(Json.convert(Json.tree(value), JsonValue.class), NULL);
        } catch (JsonException e) {
            throw new IllegalArgumentException("JSON cannot hold this value: " + e.getMessage(), e);
        }
    }

    /** Whether it is {@code null}. */
    public boolean isNull() {
        return value == null;
    }

    /** Whether it is a string. */
    public boolean isText() {
        return value instanceof String;
    }

    /** Whether it is an object. */
    public boolean isObject() {
        return value instanceof Map;
    }

    /** Whether it is an array. */
    public boolean isArray() {
        return value instanceof List;
    }

    /** The string; empty if it is none. */
    public String text() {
        return value instanceof String text ? text : "";
    }

    /** An object's member; {@link #NULL} if it has none of the name, or is no object. */
    public JsonValue get(String name) {
        Object member = value instanceof Map<?, ?> map ? map.get(name) : null;
        return member == null ? NULL : new JsonValue(member);
    }

    /** An array's elements; empty if it is none. */
    public List<JsonValue> elements() {
        List<JsonValue> elements = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(element -> elements.add(new JsonValue(element)));
        }
        return elements;
    }

    /** An object's members as {@link #toJava} has them, in their order, unmodifiable; empty if it is none. */
    @SuppressWarnings("unchecked")
    public Map<String, @Nullable Object> asMap() {
        return value instanceof Map ? (Map<String, @Nullable Object>) value : Map.of();
    }

    /**
     * The object with these members set, each a value as {@link #of} takes it; if this value is no object, an object with these
     * members alone.
     */
    public JsonValue with(Map<String, ?> members) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(asMap());
        members.forEach((name, member) -> all.put(name, of(member).value));
        return new JsonValue(Collections.unmodifiableMap(all));
    }

    /**
     * The array with another element at its end, as {@link #of} takes it; if this value is no array, an array with this element
     * alone.
     */
    public JsonValue withElement(@Nullable Object element) {
        List<@Nullable Object> all = new ArrayList<>();
        elements().forEach(before -> all.add(before.value));
        all.add(of(element).value);
        return new JsonValue(Collections.unmodifiableList(all));
    }

    /**
     * The value as plain Java: null, a {@link String}, a {@link Boolean}, a {@link Long}, or a {@link BigInteger} if it is too
     * large for that, a {@link java.math.BigDecimal}, or an unmodifiable {@link List} or {@link Map} of such.
     */
    public @Nullable Object toJava() {
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonValue json && Objects.equals(value, json.value);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(value);
    }

    /** The JSON text, on one line. */
    @Override
    public String toString() {
        return new String(Json.write(this), StandardCharsets.UTF_8);
    }

    /** Reads the value at a parser's position. The parser limits the depth of values. */
    private static @Nullable Object plain(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> members(json, json.nextFieldName());
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    list.add(plain(json));
                }
                yield Collections.unmodifiableList(list);
            }
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT -> {
                BigInteger number = json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? json.getBigIntegerValue()
                        : null;
                yield number == null || number.bitLength() < Long.SIZE ? (Object) json.getLongValue() : number;
            }
            case VALUE_NUMBER_FLOAT -> json.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            // In this way Jackson hands an object over to a creator that takes a value for it.
            case FIELD_NAME -> members(json, json.currentName());
            case END_OBJECT -> Map.of();
            default -> throw new IllegalArgumentException("not JSON: " + json.currentToken());
        };
    }

    private static Map<String, @Nullable Object> members(JsonParser json, @Nullable String first) throws IOException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (String name = first; name != null; name = json.nextFieldName()) {
            json.nextToken();
            map.put(name, plain(json));
        }
        return Collections.unmodifiableMap(map);
    }

    static final class Reader extends JsonDeserializer<JsonValue> {
        @Override
        public JsonValue deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return new JsonValue(plain(json));
        }
    }

    static final class Writer extends JsonSerializer<JsonValue> {
        @Override
        public void serialize(JsonValue json, JsonGenerator out, SerializerProvider provider) throws IOException {
            Json.writePlain(out, json.value);
        }
    }
}
