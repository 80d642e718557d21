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
 * The fields of one JSON object of a request, asked for by name, each with its type and limits. Functions that read a request ask
 * here; so the same functions also say what a request may hold: {@link JsonFields} is what came, {@link SchemaFields} describes
 * what may come. A null counts as absent: official SDKs send nulls for what was not set. For one thread.
 */
public interface Fields {

    /** A field's value to be kept, once it is read through. */
    static @Nullable JsonValue kept(@Nullable JsonNode value) {
        return value == null ? null : JsonValue.of(value);
    }

    /** Where a field is within the request. */
    String path(String name);

    /** Whether the field is there, be it null. */
    boolean has(String name);

    /** Text. */
    @Nullable
    String string(String name, int maxLength);

    String requiredString(String name, int maxLength);

    /** Text that a pattern matches as a whole. */
    String requiredString(String name, int maxLength, Pattern pattern);

    /** One of a few words. */
    @Nullable
    String choice(String name, String... allowed);

    String requiredChoice(String name, String... allowed);

    /**
     * A field's value if it is one of these, which the protocol has and this server has not; empty if it is another. It is refused,
     * unless the server is set to take such.
     */
    Optional<String> unsupported(String name, List<String> values, Function<String, BadRequestException> refusal);

    /** Takes all fields that nobody has asked for, whatever they hold. */
    void takeRest();

    @Nullable
    Boolean bool(String name);

    @Nullable
    Double decimal(String name, double min, double max);

    @Nullable
    Long integer(String name, long min, long max);

    Long requiredInteger(String name, long min, long max);

    /** An object of any fields. */
    @Nullable
    ObjectNode object(String name);

    /**
     * An object whose fields are read by a function of its own; null if absent. It is kept as it is but for its nulls: shown again,
     * they would be more than the protocol knows.
     */
    @Nullable
    ObjectNode nested(String name, Consumer<Fields> reader);

    ObjectNode requiredNested(String name, Consumer<Fields> reader);

    /** What a function makes of an object; null if absent. */
    <T> @Nullable T part(String name, Function<Fields, T> reader);

    <T> T requiredPart(String name, Function<Fields, T> reader);

    /** An array of objects, each read by a function of its own; null if absent. */
    <T> @Nullable List<T> objects(String name, int maxSize, Function<Fields, T> reader);

    /** An array of at least so many objects. */
    <T> List<T> requiredObjects(String name, int minSize, int maxSize, Function<Fields, T> reader);

    /** An array of at least so many objects, which are somebody else's to read. */
    void requiredArray(String name, int minSize);

    /** An array of strings; empty if absent. */
    List<String> strings(String name, int maxSize);

    /**
     * An array that must be empty, as what it would name is not there, unless the server is set to take such; what is wrong with it
     * otherwise, a function says first.
     */
    void none(String name, Consumer<Fields> reader, Supplier<BadRequestException> refusal);

    /** At most 16 pairs, keys of at most 64 characters, values of at most 512. */
    @Nullable
    Map<String, String> metadata(String name);

    /** A field that is read by one function if it is text or absent, and by another if it is anything else; null if absent. */
    @Nullable
    JsonNode textOr(String name, Consumer<Fields> text, Consumer<Fields> other);

    /** What the function for this object's kind makes of it; a field says the kind, and no other fields are asked for here. */
    <T> T kinds(String name, List<Kind<T>> kinds);

    /** A kind of object, by the word for it, and what reads its other fields. */
    record Kind<T>(String word, Function<Fields, T> reader) {}
}
