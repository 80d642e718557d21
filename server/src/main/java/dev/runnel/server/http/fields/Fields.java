package dev.runnel.server.http.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object of a request. A function that reads a request asks for each field by name, type and
 * limits. The same function therefore serves two purposes: {@link JsonFields} reads a request with it, and
 * {@link SchemaFields} derives the schema of the request from it. A null counts as absent: official SDKs send nulls for
 * fields that were not set. For one thread.
 */
public interface Fields {

    /** Makes a field's checked value one that can be kept. */
    static @Nullable JsonValue kept(@Nullable JsonNode value) {
        return value == null ? null : JsonValue.of(value);
    }

    /** A field's path within the request. */
    String path(String name);

    /** Whether the object has the field, even if its value is null. */
    boolean has(String name);

    /** Refuses an object without the field; its value may be null. */
    void requirePresent(String name);

    /** Refuses an object that has both fields, or neither. */
    void requireOneOf(String name, String other);

    /** Text. */
    @Nullable
    String string(String name, int maxLength);

    String requiredString(String name, int maxLength);

    /** Text that matches a pattern as a whole. */
    String requiredString(String name, int maxLength, Pattern pattern);

    /** One of a few words. */
    @Nullable
    String choice(String name, String... allowed);

    String requiredChoice(String name, String... allowed);

    /**
     * The field's value if it is one of these values, which the protocol has, and this server does not support it; empty
     * for other values. Throws the refusal for such a value, unless the server is set to accept it.
     */
    Optional<String> unsupported(String name, List<String> values, Function<String, BadRequestException> refusal);

    /** Accepts all other fields, with any values. */
    void takeRest();

    @Nullable
    Boolean bool(String name);

    @Nullable
    Double decimal(String name, double min, double max);

    Double requiredDecimal(String name, double min, double max);

    @Nullable
    Long integer(String name, long min, long max);

    Long requiredInteger(String name, long min, long max);

    /** An object of any fields. */
    @Nullable
    ObjectNode object(String name);

    ObjectNode requiredObject(String name);

    /** An array of words, each one of a few; empty if absent. */
    List<String> words(String name, int maxSize, String... allowed);

    /**
     * An object whose fields are checked by a function of its own; null if absent. Its nulls are removed, because
     * answers that showed them would not fit the protocol.
     */
    @Nullable
    ObjectNode nested(String name, Consumer<Fields> reader);

    ObjectNode requiredNested(String name, Consumer<Fields> reader);

    /** An object, read by a function of its own; null if absent. */
    <T> @Nullable T part(String name, Function<Fields, T> reader);

    <T> T requiredPart(String name, Function<Fields, T> reader);

    /** An array of objects, each read by a function of its own; null if absent. */
    <T> @Nullable List<T> objects(String name, int maxSize, Function<Fields, T> reader);

    /** An array of at least {@code minSize} objects. */
    <T> List<T> requiredObjects(String name, int minSize, int maxSize, Function<Fields, T> reader);

    /** Checks that the field is an array of at least {@code minSize} objects, and leaves the objects unread. */
    void requiredArray(String name, int minSize);

    /** Checks that the field, if there is one, is an array of at most {@code maxSize} objects, and leaves them unread. */
    void array(String name, int maxSize);

    /**
     * An array of at least {@code minSize} objects, which have the named schema; for objects within objects of their own
     * kind.
     */
    <T> List<T> requiredObjects(String name, int minSize, int maxSize, String schema, Function<Fields, T> reader);

    /** An array of strings that are ids; empty if absent. */
    default List<String> strings(String name, int maxSize) {
        return strings(name, 0, maxSize, Limits.ID);
    }

    /** An array of at least {@code minSize} strings; empty if absent. */
    List<String> strings(String name, int minSize, int maxSize, int maxLength);

    /** An array of at least {@code minSize} strings, which must be there. */
    List<String> requiredStrings(String name, int minSize, int maxSize, int maxLength);

    /** A value that the caller checks itself; the schema describes it. Missing, where only the schema is asked for. */
    JsonNode requiredAny(String name, ObjectNode schema);

    /** A string of at most 512 characters, a number, or, if allowed, a boolean. */
    Object requiredScalar(String name, boolean booleans);

    /** An array of strings of at most 512 characters and numbers. */
    List<Object> requiredScalars(String name, int maxSize);

    /**
     * Attributes: at most 16 pairs, with keys of at most 64 characters, and strings of at most 512, numbers or booleans;
     * null if absent.
     */
    @Nullable
    JsonValue attributes(String name);

    /**
     * An array that must be empty unless this server has a tool, or ignores the tools that it does not have.
     *
     * @param reader checks the array first, so that its errors come before the refusal
     */
    void noneWithout(String tool, String name, Consumer<Fields> reader, Supplier<BadRequestException> refusal);

    /** Metadata: at most 16 pairs, with keys of at most 64 characters and values of at most 512; null if absent. */
    @Nullable
    Map<String, String> metadata(String name);

    /** A field that one function reads if it is text or absent, and another if it is anything else; null if absent. */
    @Nullable
    JsonNode textOr(String name, Consumer<Fields> text, Consumer<Fields> other);

    /** A field's value as it is, once a function has checked it; null if absent, and where only the schema is asked for. */
    @Nullable
    JsonNode checked(String name, Consumer<Fields> check);

    /**
     * Reads this object by the function of its kind. The named field says the kind; the function reads all other
     * fields.
     */
    <T> T kinds(String name, List<Kind<T>> kinds);

    /** As {@link #kinds(String, List)}; an object that does not say its kind is of the first one. */
    <T> T kindsOrFirst(String name, List<Kind<T>> kinds);

    /** A kind of object: the word that names the kind, and the function that reads the other fields. */
    record Kind<T>(String word, Function<Fields, T> reader) {}
}
