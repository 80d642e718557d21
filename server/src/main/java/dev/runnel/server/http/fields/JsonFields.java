package dev.runnel.server.http.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object in a request. Fields that the reading function does not ask for are refused in the end. Every
 * error names the field's path, with the code and the words of the hosted service.
 */
public final class JsonFields implements Fields {
    private final ObjectNode json;
    private final String path;
    private final ToolPolicy tools;
    private final Set<String> asked = new HashSet<>();

    private JsonFields(ObjectNode json, String path, ToolPolicy tools) {
        this.json = json;
        this.path = path;
        this.tools = tools;
    }

    /**
     * The fields of a request.
     *
     * @param tools the tools that the request may name
     */
    public static JsonFields of(ObjectNode json, ToolPolicy tools) {
        return new JsonFields(json, "", tools);
    }

    /** The fields of an object that names no tools. */
    public static JsonFields of(ObjectNode json) {
        return of(json, ToolPolicy.NONE);
    }

    /** Reads the object by a function. Fields that the function does not ask for are refused. */
    public <T> T read(Function<Fields, T> reader) {
        T value = reader.apply(this);
        refuseUnknown();
        return value;
    }

    private JsonFields within(ObjectNode object, String name) {
        return new JsonFields(object, path(name), tools);
    }

    @Override
    public String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The field's value as it is; null if absent or null. */
    @Nullable
    JsonNode any(String name) {
        asked.add(name);
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value;
    }

    @Override
    public boolean has(String name) {
        return json.has(name);
    }

    JsonNode required(String name) {
        JsonNode value = any(name);
        if (value == null) {
            throw FieldFaults.missing(path(name));
        }
        return value;
    }

    @Override
    public void requirePresent(String name) {
        if (!has(name)) {
            throw FieldFaults.missing(path(name));
        }
    }

    @Override
    public void requireOneOf(String name, String other) {
        boolean one = json.hasNonNull(name);
        if (one == json.hasNonNull(other)) {
            throw one ? FieldFaults.together(path(name), path(other)) : FieldFaults.missing(path(name));
        }
    }

    @Override
    public @Nullable String string(String name, int maxLength) {
        JsonNode value = any(name);
        return value == null ? null : FieldValues.string(path(name), value, maxLength);
    }

    @Override
    public String requiredString(String name, int maxLength) {
        return FieldValues.string(path(name), required(name), maxLength);
    }

    @Override
    public String requiredString(String name, int maxLength, Pattern pattern) {
        String text = requiredString(name, maxLength);
        if (!pattern.matcher(text).matches()) {
            throw FieldFaults.noMatch(path(name), pattern.pattern());
        }
        return text;
    }

    @Override
    public @Nullable String choice(String name, String... allowed) {
        String value = string(name, Integer.MAX_VALUE);
        if (value != null && !Arrays.asList(allowed).contains(value)) {
            throw FieldFaults.unsupported(path(name), value, allowed);
        }
        return value;
    }

    @Override
    public String requiredChoice(String name, String... allowed) {
        required(name);
        String value = choice(name, allowed);
        return value == null ? "" : value;
    }

    @Override
    public Optional<String> unsupported(
            String name, List<String> values, Function<String, BadRequestException> refusal) {
        JsonNode value = any(name);
        String word = value == null ? "" : value.asText();
        if (!values.contains(word) || tools.served().contains(word)) {
            return Optional.empty();
        }
        if (tools.refuses(word)) {
            throw refusal.apply(word);
        }
        return Optional.of(word);
    }

    @Override
    public void takeRest() {
        json.fieldNames().forEachRemaining(asked::add);
    }

    @Override
    public @Nullable Boolean bool(String name) {
        JsonNode value = any(name);
        return value == null ? null : FieldValues.bool(path(name), value);
    }

    @Override
    public @Nullable Double decimal(String name, double min, double max) {
        JsonNode value = any(name);
        return value == null ? null : FieldValues.decimal(path(name), value, min, max);
    }

    @Override
    public Double requiredDecimal(String name, double min, double max) {
        return FieldValues.decimal(path(name), required(name), min, max);
    }

    @Override
    public @Nullable Long integer(String name, long min, long max) {
        JsonNode value = any(name);
        return value == null ? null : FieldValues.integer(path(name), value, min, max);
    }

    @Override
    public Long requiredInteger(String name, long min, long max) {
        return FieldValues.integer(path(name), required(name), min, max);
    }

    @Override
    public @Nullable ObjectNode object(String name) {
        JsonNode value = any(name);
        return value == null ? null : FieldValues.object(path(name), value);
    }

    @Override
    public ObjectNode requiredObject(String name) {
        return FieldValues.object(path(name), required(name));
    }

    @Override
    public List<String> words(String name, int maxSize, String... allowed) {
        List<String> words = strings(name, 0, maxSize, Integer.MAX_VALUE);
        for (int i = 0; i < words.size(); i++) {
            if (!Arrays.asList(allowed).contains(words.get(i))) {
                throw FieldFaults.unsupported(path(name) + "[" + i + "]", words.get(i), allowed);
            }
        }
        return words;
    }

    @Override
    public @Nullable ObjectNode nested(String name, Consumer<Fields> reader) {
        ObjectNode object = object(name);
        if (object != null) {
            within(object, name).read(fields -> {
                reader.accept(fields);
                return object;
            });
            object.properties().removeIf(field -> field.getValue().isNull());
        }
        return object;
    }

    @Override
    public ObjectNode requiredNested(String name, Consumer<Fields> reader) {
        required(name);
        return Objects.requireNonNull(nested(name, reader));
    }

    @Override
    public <T> @Nullable T part(String name, Function<Fields, T> reader) {
        ObjectNode object = object(name);
        return object == null ? null : within(object, name).read(reader);
    }

    @Override
    public <T> T requiredPart(String name, Function<Fields, T> reader) {
        return within(requiredObject(name), name).read(reader);
    }

    @Override
    public <T> @Nullable List<T> objects(String name, int maxSize, Function<Fields, T> reader) {
        JsonNode value = array(name, "an array of objects", maxSize);
        if (value == null) {
            return null;
        }
        List<T> list = new ArrayList<>(value.size());
        for (JsonNode entry : value) {
            String at = name + "[" + list.size() + "]";
            list.add(within(FieldValues.object(path(at), entry), at).read(reader));
        }
        return list;
    }

    @Override
    public <T> List<T> requiredObjects(String name, int minSize, int maxSize, Function<Fields, T> reader) {
        required(name);
        List<T> list = Objects.requireNonNull(objects(name, maxSize, reader));
        checkSize(name, list.size(), minSize);
        return list;
    }

    @Override
    public void array(String name, int maxSize) {
        JsonNode array = array(name, "an array of objects", maxSize);
        if (array != null) {
            checkObjects(name, array);
        }
    }

    @Override
    public void requiredArray(String name, int minSize) {
        required(name);
        JsonNode array = Objects.requireNonNull(array(name, "an array of objects", Integer.MAX_VALUE));
        checkSize(name, array.size(), minSize);
        checkObjects(name, array);
    }

    private void checkObjects(String name, JsonNode array) {
        for (int i = 0; i < array.size(); i++) {
            ObjectNode _ = FieldValues.object(path(name + "[" + i + "]"), array.get(i));
        }
    }

    private void checkSize(String name, int size, int minSize) {
        if (size < minSize) {
            throw FieldFaults.emptyArray(path(name), minSize);
        }
    }

    @Override
    public <T> List<T> requiredObjects(
            String name, int minSize, int maxSize, String schema, Function<Fields, T> reader) {
        return requiredObjects(name, minSize, maxSize, reader);
    }

    @Override
    public List<String> strings(String name, int minSize, int maxSize, int maxLength) {
        List<String> list = new ArrayList<>();
        JsonNode value = array(name, "an array of strings", maxSize);
        if (value != null) {
            checkSize(name, value.size(), minSize);
            for (JsonNode entry : value) {
                list.add(FieldValues.string(path(name + "[" + list.size() + "]"), entry, maxLength));
            }
        }
        return list;
    }

    @Override
    public List<String> requiredStrings(String name, int minSize, int maxSize, int maxLength) {
        required(name);
        return strings(name, minSize, maxSize, maxLength);
    }

    @Override
    public JsonNode requiredAny(String name, ObjectNode schema) {
        return required(name);
    }

    @Override
    public Object requiredScalar(String name, boolean booleans) {
        return FieldValues.scalar(path(name), required(name), booleans);
    }

    @Override
    public List<Object> requiredScalars(String name, int maxSize) {
        required(name);
        List<Object> list = new ArrayList<>();
        for (JsonNode entry : Objects.requireNonNull(array(name, "an array of strings or numbers", maxSize))) {
            list.add(FieldValues.scalar(path(name + "[" + list.size() + "]"), entry, false));
        }
        return list;
    }

    private @Nullable JsonNode array(String name, String expected, int maxSize) {
        JsonNode value = any(name);
        return value == null ? null : FieldValues.array(path(name), value, expected, maxSize);
    }

    @Override
    public void noneWithout(
            String tool, String name, Consumer<Fields> reader, Supplier<BadRequestException> refusal) {
        reader.accept(this);
        JsonNode value = any(name);
        if (value != null && !value.isEmpty() && tools.refuses(tool)) {
            throw refusal.get();
        }
    }

    @Override
    public @Nullable Map<String, String> metadata(String name) {
        return pairs(name, (pairs, key) -> pairs.requiredString(key, Limits.METADATA_VALUE));
    }

    @Override
    public @Nullable JsonValue attributes(String name) {
        Map<String, Object> attributes = pairs(name, (pairs, key) -> pairs.requiredScalar(key, true));
        return attributes == null ? null : JsonValue.of(attributes);
    }

    /** The pairs of an object, each value read by a function; null if the object is absent. */
    private <V> @Nullable Map<String, V> pairs(String name, BiFunction<JsonFields, String, V> reader) {
        ObjectNode object = object(name);
        if (object == null) {
            return null;
        }
        if (object.size() > Limits.METADATA_PAIRS) {
            throw FieldFaults.manyProperties(path(name), object.size(), Limits.METADATA_PAIRS);
        }
        JsonFields within = within(object, name);
        Map<String, V> pairs = new LinkedHashMap<>();
        object.fieldNames().forEachRemaining(key -> {
            if (key.codePointCount(0, key.length()) > Limits.METADATA_KEY) {
                throw FieldFaults.longName(path(name), key, Limits.METADATA_KEY);
            }
            pairs.put(key, reader.apply(within, key));
        });
        return pairs;
    }

    @Override
    public @Nullable JsonNode textOr(String name, Consumer<Fields> text, Consumer<Fields> other) {
        JsonNode value = any(name);
        (value == null || value.isTextual() ? text : other).accept(this);
        return value;
    }

    @Override
    public @Nullable JsonNode checked(String name, Consumer<Fields> check) {
        check.accept(this);
        return any(name);
    }

    @Override
    public <T> T kinds(String name, List<Kind<T>> kinds) {
        String word = requiredChoice(name, kinds.stream().map(Kind::word).toArray(String[]::new));
        return ofKind(word, kinds);
    }

    @Override
    public <T> T kindsOrFirst(String name, List<Kind<T>> kinds) {
        return any(name) == null ? ofKind(kinds.getFirst().word(), kinds) : kinds(name, kinds);
    }

    private <T> T ofKind(String word, List<Kind<T>> kinds) {
        return kinds.stream().filter(kind -> kind.word().equals(word)).findFirst().orElseThrow().reader().apply(this);
    }

    private void refuseUnknown() {
        json.fieldNames().forEachRemaining(name -> {
            if (!asked.contains(name)) {
                throw FieldFaults.unknown(path(name));
            }
        });
    }
}
