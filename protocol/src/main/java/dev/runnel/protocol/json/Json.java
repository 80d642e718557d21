package dev.runnel.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one JSON configuration: snake_case names, every field of an object written (null where it has no value), unknown fields
 * and unknown enum values tolerated on reading, output on one line. Thread-safe.
 */
public final class Json {
    /**
     * For streaming readers and writers. By default Jackson leaves its buffers, some 18 KiB, with each thread that has used
     * them: too much where every stream has its own thread.
     */
    private static final JsonFactory TOKENS = tokens().build();

    /**
     * For input from strangers. A repeated name is an error, because the sender's meaning is unclear. Jackson's table does not
     * keep the names: a stranger could choose names that make the table slow.
     */
    private static final JsonFactory STRICT_TOKENS = tokens()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    /**
     * For input from model servers. It allows Python's {@code NaN} and {@code Infinity}, control characters in strings,
     * needless escapes and commas, and very long numbers that are not used.
     */
    private static final JsonFactory LENIENT = tokens()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .streamReadConstraints(StreamReadConstraints.builder().maxNumberLength(100_000).build())
            .build();

    private Json() {}

    private static JsonFactoryBuilder tokens() {
        JsonFactoryBuilder tokens = (JsonFactoryBuilder) JsonFactory.builder();
        return JacksonVersion.hasRecyclerPools() ? Pooled.of(tokens) : tokens;
    }

    /** In a class of its own, because an older Jackson has no such pools. */
    private static final class Pooled {
        static JsonFactoryBuilder of(JsonFactoryBuilder tokens) {
            return tokens.recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool());
        }
    }

    /**
     * For everything else. Made on first use: making it takes longer than all the other work of a streamed chat, which does not
     * need it.
     */
    private static final class Mapping {
        static final JsonMapper MAPPER = JsonMapper.builder(TOKENS)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();

        static final ObjectReader STRICT = MAPPER.readerFor(JsonNode.class)
                .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

        static final String KEPT = "kept";
        static final ObjectWriter KEEPING = MAPPER.writer().withAttribute(KEPT, true);
    }

    /** Reads a value of the protocol. */
    public static <T> T read(byte[] json, Class<T> type) {
        T value = reading(() -> Mapping.MAPPER.readValue(json, type));
        if (value == null) {
            throw new JsonException("null where a " + type.getSimpleName() + " was expected", null);
        }
        return value;
    }

    /** Reads any JSON value. */
    public static JsonNode readTree(byte[] json) {
        return reading(() -> Mapping.MAPPER.readTree(json));
    }

    /**
     * Reads any JSON value that a stranger sent. Refuses an object with a repeated key or more than 10,000 members, a number
     * with more than 1,000 digits or an exponent beyond 10,000, and anything after the value.
     */
    public static JsonNode readTreeStrictly(byte[] json) {
        return reading(() -> {
            try (JsonParser parser = new BoundedParser(STRICT_TOKENS.createParser(text(json)))) {
                JsonNode tree = Mapping.STRICT.readTree(parser);
                return tree == null ? MissingNode.getInstance() : tree;
            }
        });
    }

    /** Turns a tree into a value of the protocol. */
    public static <T> T convert(JsonNode tree, Class<T> type) {
        return reading(() -> Mapping.MAPPER.treeToValue(tree, type));
    }

    /** Turns a value of the protocol into a tree. */
    public static JsonNode tree(Object value) {
        return Mapping.MAPPER.valueToTree(value);
    }

    /** Writes a value of the protocol, or a tree, on one line as UTF-8. */
    public static byte[] write(Object value) {
        try {
            return Mapping.MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw cannotWrite(value, e);
        }
    }

    /** As {@link #write}, but what is only shown with a default, where it has no value, is written as null. For a store. */
    public static byte[] writeToKeep(Object value) {
        try {
            return Mapping.KEEPING.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw cannotWrite(value, e);
        }
    }

    /** Whether JSON is being written by {@link #writeToKeep}. */
    public static boolean isKept(SerializerProvider writing) {
        return writing.getAttribute(Mapping.KEPT) != null;
    }

    private static JsonException cannotWrite(Object value, JsonProcessingException e) {
        return new JsonException("cannot write a " + value.getClass().getSimpleName() + " as JSON", e);
    }

    /** The properties of a type in JSON, in their order, under their names on the wire. */
    public static List<BeanPropertyDefinition> properties(Class<?> type) {
        SerializationConfig config = Mapping.MAPPER.getSerializationConfig();
        return config.introspect(config.constructType(type)).findProperties();
    }

    /** An empty object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Reads a value by hand with a streaming parser, for the hot path. */
    public static <T> T stream(byte[] json, StreamReader<T> reader) {
        return reading(() -> {
            try (JsonParser parser = TOKENS.createParser(json)) {
                return reader.read(parser);
            }
        });
    }

    /**
     * As {@link #stream(byte[], StreamReader)}, for input from a model server, which may be not quite JSON. Bytes that are no
     * UTF-8, as of a character that was cut in two, become U+FFFD; the reader is then called once more, from the beginning.
     */
    public static <T> T streamLeniently(byte[] json, StreamReader<T> reader) {
        try {
            return readLeniently(json, reader);
        } catch (JsonException e) {
            byte[] mended = new String(json, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
            if (Arrays.equals(mended, json)) {
                throw e;
            }
            return readLeniently(mended, reader);
        }
    }

    private static <T> T readLeniently(byte[] json, StreamReader<T> reader) {
        try (JsonParser parser = LENIENT.createParser(json)) {
            return reader.read(parser);
        } catch (IOException e) {
            throw unreadable(e);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new JsonException("a number that JSON does not have", e); // NaN, in a place that is used
        }
    }

    /** Writes a value by hand with a streaming generator, for the hot path. */
    public static byte[] stream(StreamBody body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator generator = TOKENS.createGenerator(out)) {
            body.write(generator);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /** A parser of values that follow one another. It refuses an object with a repeated key. The caller closes the input. */
    public static JsonParser parser(InputStream in) {
        try {
            return TOKENS.createParser(in)
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the value at a parser's position. */
    public static JsonNode readTree(JsonParser json) throws IOException {
        return Mapping.MAPPER.readTree(json);
    }

    /** Writes a tree at a generator's position. */
    public static void write(JsonGenerator json, JsonNode tree) throws IOException {
        Mapping.MAPPER.writeTree(json, tree);
    }

    /** Writes plain Java at a generator's position: a map by strings or a list of such, a string, a number, a boolean, or null. */
    public static void writePlain(JsonGenerator json, @Nullable Object plain) throws IOException {
        if (plain instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> member : map.entrySet()) {
                json.writeFieldName((String) member.getKey());
                writePlain(json, member.getValue());
            }
            json.writeEndObject();
        } else if (plain instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                writePlain(json, element);
            }
            json.writeEndArray();
        } else {
            json.writePOJO(plain); // a string, number or boolean, or null
        }
    }

    /** The parser itself would accept bytes that are not UTF-8, and replace them by a sign. */
    private static String text(byte[] json) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** Something that reads JSON. */
    @FunctionalInterface
    private interface Reading<T extends @Nullable Object> {
        T read() throws IOException;
    }

    /** For a number whose exponent is too large for Java, Jackson throws an exception that is no {@code IOException}. */
    private static <T extends @Nullable Object> T reading(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw unreadable(e);
        } catch (NumberFormatException | ArithmeticException e) {
            throw new JsonException("a number is too large or too small to be read", e);
        }
    }

    /** A parser's error, in words for the author of the JSON. */
    public static JsonException unreadable(IOException cause) {
        String why = cause instanceof JsonProcessingException json
                ? describe(json)
                : cause instanceof CharacterCodingException ? "it is not UTF-8" : String.valueOf(cause.getMessage());
        return new JsonException(why, cause);
    }

    /** Jackson's own message, without its remarks about the Java source of the text. */
    private static String describe(JsonProcessingException failure) {
        String words = String.valueOf(failure.getOriginalMessage())
                .replaceAll(" \\((start marker )?at \\[Source:[^]]*\\]\\)", "");
        JsonLocation at = failure.getLocation();
        return at == null || at.getLineNr() < 1
                ? words
                : words + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    /** Reads one value from a parser that stands before its first token. */
    @FunctionalInterface
    public interface StreamReader<T> {
        /** Reads the value. */
        T read(JsonParser parser) throws IOException;
    }

    /** Writes one value to a generator. */
    @FunctionalInterface
    public interface StreamBody {
        /** Writes the value. */
        void write(JsonGenerator generator) throws IOException;
    }
}
