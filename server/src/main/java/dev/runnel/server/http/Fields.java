package dev.runnel.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON object of a request, each with its type and limits, and then refuses those nobody asked for.
 * Every error names the field's path and has the code and the words of the hosted service. A null counts as absent: official
 * SDKs send nulls for what was not set. For one thread.
 */
final class Fields {
    private final ObjectNode json;
    private final String path;
    private final Set<String> asked = new HashSet<>();

    private Fields(ObjectNode json, String path) {
        this.json = json;
        this.path = path;
    }

    static Fields of(ObjectNode body) {
        return new Fields(body, "");
    }

    /** Reads an object and refuses unknown fields in it. */
    static <T> T read(ObjectNode json, String path, Function<Fields, T> reader) {
        Fields fields = new Fields(json, path);
        T value = reader.apply(fields);
        fields.refuseUnknown();
        return value;
    }

    String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The field's value as it is; null if absent or null. */
    @Nullable
    JsonNode any(String name) {
        asked.add(name);
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** Whether the field is there, be it null. */
    boolean has(String name) {
        return json.has(name);
    }

    JsonNode required(String name) {
        JsonNode value = any(name);
        if (value == null) {
            throw BadRequestException.of(
                    "Missing required parameter: '" + path(name) + "'.", path(name), "missing_required_parameter");
        }
        return value;
    }

    @Nullable
    String string(String name, int maxLength) {
        JsonNode value = any(name);
        return value == null ? null : string(name, value, maxLength);
    }

    String requiredString(String name, int maxLength) {
        return string(name, required(name), maxLength);
    }

    private String string(String name, JsonNode value, int maxLength) {
        if (!value.isTextual()) {
            throw wrongType(name, "a string", value);
        }
        String text = value.textValue();
        int length = text.codePointCount(0, text.length());
        if (length > maxLength) {
            throw BadRequestException.of(
                    "Invalid '" + path(name) + "': string too long. Expected a string with maximum length " + maxLength
                            + ", but got a string with length " + length + " instead.",
                    path(name),
                    "string_above_max_length");
        }
        return text;
    }

    @Nullable
    String choice(String name, String... allowed) {
        String value = string(name, Integer.MAX_VALUE);
        if (value != null && !Arrays.asList(allowed).contains(value)) {
            throw invalidValue(name, value, allowed);
        }
        return value;
    }

    String requiredChoice(String name, String... allowed) {
        required(name);
        String value = choice(name, allowed);
        return value == null ? "" : value;
    }

    BadRequestException invalidValue(String name, String value, String... allowed) {
        String listed = Arrays.stream(allowed).map(a -> "'" + a + "'").collect(Collectors.joining(", "));
        return BadRequestException.of(
                "Invalid value: '" + value + "'. Supported values are: " + listed + ".", path(name), "invalid_value");
    }

    @Nullable
    Boolean bool(String name) {
        JsonNode value = any(name);
        if (value != null && !value.isBoolean()) {
            throw wrongType(name, "a boolean", value);
        }
        return value == null ? null : value.booleanValue();
    }

    @Nullable
    Double decimal(String name, double min, double max) {
        JsonNode value = any(name);
        if (value == null) {
            return null;
        }
        if (!value.isNumber()) {
            throw wrongType(name, "a decimal", value);
        }
        double number = value.doubleValue();
        if (number < min || number > max) {
            throw outOfRange(name, "decimal", number < min, plain(number < min ? min : max), value.asText());
        }
        return number;
    }

    @Nullable
    Long integer(String name, long min, long max) {
        JsonNode value = any(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber()) {
            throw wrongType(name, "an integer", value);
        }
        if (!value.canConvertToLong() || value.longValue() < min || value.longValue() > max) {
            boolean below = value.canConvertToLong() && value.longValue() < min;
            throw outOfRange(name, "integer", below, Long.toString(below ? min : max), value.asText());
        }
        return value.longValue();
    }

    private BadRequestException outOfRange(String name, String kind, boolean below, String bound, String value) {
        String side = below ? "below minimum" : "above maximum";
        String expected = below ? ">= " : "<= ";
        return BadRequestException.of(
                "Invalid '" + path(name) + "': " + kind + " " + side + " value. Expected a value " + expected + bound
                        + ", but got " + value + " instead.",
                path(name),
                kind + (below ? "_below_min_value" : "_above_max_value"));
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }

    @Nullable
    ObjectNode object(String name) {
        JsonNode value = any(name);
        if (value == null || value instanceof ObjectNode) {
            return (ObjectNode) value;
        }
        throw wrongType(name, "an object", value);
    }

    /** A field's value to be kept, once it is read through. */
    static @Nullable JsonValue kept(@Nullable JsonNode value) {
        return value == null ? null : JsonValue.of(value);
    }

    /**
     * An object whose fields are read by a function of its own; null if absent. It is kept as it is but for its nulls: shown again,
     * they would be more than the protocol knows.
     */
    @Nullable
    ObjectNode nested(String name, Consumer<Fields> reader) {
        ObjectNode object = object(name);
        if (object != null) {
            read(object, path(name), fields -> {
                reader.accept(fields);
                return object;
            });
            object.properties().removeIf(field -> field.getValue().isNull());
        }
        return object;
    }

    /** An array of objects, each read by a function of its own; null if absent. */
    <T> @Nullable List<T> objects(String name, int maxSize, Function<Fields, T> reader) {
        JsonNode value = array(name, "an array of objects", maxSize);
        if (value == null) {
            return null;
        }
        List<T> list = new ArrayList<>(value.size());
        for (JsonNode entry : value) {
            String at = name + "[" + list.size() + "]";
            if (!(entry instanceof ObjectNode object)) {
                throw wrongType(at, "an object", entry);
            }
            list.add(read(object, path(at), reader));
        }
        return list;
    }

    /** An array of strings; empty if absent. */
    List<String> strings(String name, int maxSize) {
        List<String> list = new ArrayList<>();
        JsonNode value = array(name, "an array of strings", maxSize);
        if (value != null) {
            for (JsonNode entry : value) {
                list.add(string(name + "[" + list.size() + "]", entry, 256));
            }
        }
        return list;
    }

    private @Nullable JsonNode array(String name, String expected, int maxSize) {
        JsonNode value = any(name);
        if (value == null) {
            return null;
        }
        if (!value.isArray()) {
            throw wrongType(name, expected, value);
        }
        if (value.size() > maxSize) {
            throw BadRequestException.of(
                    "Invalid '" + path(name) + "': array too long. Expected an array with maximum length " + maxSize
                            + ", but got an array with length " + value.size() + " instead.",
                    path(name),
                    "array_above_max_length");
        }
        return value;
    }

    /** At most 16 pairs, keys of at most 64 characters, values of at most 512. */
    @Nullable
    Map<String, String> metadata(String name) {
        ObjectNode object = object(name);
        if (object == null) {
            return null;
        }
        if (object.size() > 16) {
            throw BadRequestException.of(
                    "Invalid '" + path(name)
                            + "': too many properties. Expected an object with at most 16 properties, but got"
                            + " an object with " + object.size() + " properties instead.",
                    path(name),
                    "object_above_max_properties");
        }
        Fields pairs = new Fields(object, path(name));
        Map<String, String> metadata = new LinkedHashMap<>();
        object.fieldNames().forEachRemaining(key -> {
            if (key.length() > 64) {
                throw BadRequestException.of(
                        "Invalid property name in '" + path(name) + "': '" + key
                                + "' is too long. Expected a name with maximum length 64.",
                        path(name),
                        "property_name_above_max_length");
            }
            metadata.put(key, pairs.requiredString(key, 512));
        });
        return metadata;
    }

    BadRequestException wrongType(String name, String expected, JsonNode value) {
        String got = switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case STRING -> "a string";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case NUMBER -> value.isIntegralNumber() ? "an integer" : "a decimal";
            default -> "something else";
        };
        return BadRequestException.of(
                "Invalid type for '" + path(name) + "': expected " + expected + ", but got " + got + " instead.",
                path(name),
                "invalid_type");
    }

    void refuseUnknown() {
        json.fieldNames().forEachRemaining(name -> {
            if (!asked.contains(name)) {
                throw BadRequestException.of("Unknown parameter: '" + path(name) + "'.", path(name),
                        "unknown_parameter");
            }
        });
    }
}
