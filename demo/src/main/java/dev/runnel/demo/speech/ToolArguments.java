package dev.runnel.demo.speech;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Makes up arguments for a function. They are valid by its JSON Schema, and picked from the prompt where it offers
 * fitting values. The same schema and prompt give the same arguments.
 *
 * <p>It understands types, {@code properties}, {@code required}, {@code enum}, {@code const}, {@code default}, the
 * bounds of numbers, lengths and arrays, common string formats, local references, and the first branch of a choice
 * among schemas. It does not understand {@code pattern}, {@code not}, conditions, and bounds that contradict each
 * other, and may violate them. Stateless, safe for any number of threads.
 */
public final class ToolArguments {

    private static final int DEEPEST = 8;
    private static final int MOST_VALUES = 1_000;
    private static final int MOST_ITEMS = 32;
    private static final int LONGEST_TEXT = 1_000;
    private static final double LARGEST = 1e18;

    /** Digits after the point. With a bound of 1e-999999999 a sum would have a billion. */
    private static final int MOST_DIGITS = 18;

    /** How many values of an {@code enum}, or schemas of a choice, are looked at. */
    private static final int MOST_CHOICES = 100;
    /** A reference into the same schema, by a pointer. */
    private static final Pattern LOCAL = Pattern.compile("#(?:/.{0,1000})?");

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final JsonNode root;
    private final Clues clues;
    private int values;

    private ToolArguments(JsonNode root, Clues clues) {
        this.root = root;
        this.clues = clues;
    }

    /** The arguments; an empty object when the schema asks for nothing. */
    public static ObjectNode of(JsonNode schema, String prompt) {
        return new ToolArguments(schema, new Clues(TokenCutter.prefix(prompt, LONGEST_TEXT))).object(schema, 0);
    }

    private JsonNode value(String property, JsonNode declared, int depth) {
        values++;
        var schema = resolved(declared);
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
            return mentioned(schema).orElse(schema.path("enum").path(0));
        }
        return switch (type(schema)) {
            case "object" -> object(schema, depth);
            case "array" -> array(property, schema, depth);
            case "integer" -> JSON.numberNode(integer(schema));
            case "number" -> JSON.numberNode(number(schema));
            case "boolean" -> JSON.booleanNode(clues.affirms());
            case "null" -> JSON.nullNode();
            default -> JSON.textNode(text(property, schema));
        };
    }

    private ObjectNode object(JsonNode declared, int depth) {
        var schema = resolved(declared);
        var object = JSON.objectNode();
        if (depth >= DEEPEST || values >= MOST_VALUES) {
            return object;
        }
        var required = elements(schema.path("required")).map(JsonNode::asText)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        // A schema that lists nothing as required was probably written in haste: all its properties are filled.
        var all = !schema.has("required");
        schema.path("properties").properties().stream().limit(MOST_VALUES).forEach(entry -> {
            if (all || required.contains(entry.getKey()) || mentioned(resolved(entry.getValue())).isPresent()) {
                object.set(entry.getKey(), value(entry.getKey(), entry.getValue(), depth + 1));
            }
        });
        required.stream().limit(MOST_VALUES).filter(name -> !object.has(name))
                .forEach(name -> object.set(name, value(name, JSON.objectNode(), depth + 1)));
        return object;
    }

    private ArrayNode array(String property, JsonNode schema, int depth) {
        var items = JSON.arrayNode();
        if (depth >= DEEPEST || values >= MOST_VALUES) {
            return items;
        }
        var item = resolved(schema.path("items"));
        var size = Math.min(size(schema, "minItems", 1, MOST_ITEMS), size(schema, "maxItems", MOST_ITEMS, MOST_ITEMS));
        var choices = item.path("enum");
        for (var i = 0; i < size; i++) {
            items.add(choices.isEmpty() ? value(property, item, depth + 1) : choices.path(i % choices.size()));
        }
        return items;
    }

    private String text(String property, JsonNode schema) {
        var text = switch (schema.path("format").asText()) {
            case "email" -> clues.email().orElse("someone@example.com");
            case "uri", "url" -> clues.link().orElse("https://example.com/");
            case "date" -> clues.date().orElse("2026-01-01");
            case "date-time" -> clues.date().orElse("2026-01-01") + "T12:00:00Z";
            case "time" -> "12:00:00Z";
            case "uuid" -> "00000000-0000-4000-8000-000000000000";
            default -> clues.striking(property)
                    .or(() -> Optional.of(schema.path("default")).filter(JsonNode::isTextual).map(JsonNode::asText))
                    .or(() -> clues.any(property))
                    .orElse(property);
        };
        var shortened = TokenCutter.prefix(text, size(schema, "maxLength", LONGEST_TEXT, LONGEST_TEXT));
        var missing = size(schema, "minLength", 0, LONGEST_TEXT) - shortened.length();
        return missing > 0 ? shortened + ".".repeat(missing) : shortened;
    }

    private long integer(JsonNode schema) {
        var low = bound(schema, "minimum").map(min -> min.setScale(0, RoundingMode.CEILING))
                .or(() -> bound(schema, "exclusiveMinimum")
                        .map(min -> min.setScale(0, RoundingMode.FLOOR).add(BigDecimal.ONE)));
        var high = bound(schema, "maximum").map(max -> max.setScale(0, RoundingMode.FLOOR))
                .or(() -> bound(schema, "exclusiveMaximum")
                        .map(max -> max.setScale(0, RoundingMode.CEILING).subtract(BigDecimal.ONE)));
        return fitted(wished(schema).setScale(0, RoundingMode.DOWN), low, high, bound(schema, "multipleOf"))
                .longValue();
    }

    private BigDecimal number(JsonNode schema) {
        var above = bound(schema, "exclusiveMinimum");
        var below = bound(schema, "exclusiveMaximum");
        var wish = wished(schema);
        var open = above.filter(low -> wish.compareTo(low) <= 0).isPresent()
                || below.filter(high -> wish.compareTo(high) >= 0).isPresent()
                        ? between(above, below)
                        : wish;
        return fitted(open, bound(schema, "minimum"), bound(schema, "maximum"), bound(schema, "multipleOf"));
    }

    private static BigDecimal between(Optional<BigDecimal> above, Optional<BigDecimal> below) {
        var low = above.or(() -> below.map(high -> high.subtract(BigDecimal.TWO))).orElse(BigDecimal.ZERO);
        var high = below.orElse(low.add(BigDecimal.TWO));
        return low.add(high).divide(BigDecimal.TWO);
    }

    private BigDecimal wished(JsonNode schema) {
        return clues.number().or(() -> bound(schema, "default")).or(() -> bound(schema, "minimum"))
                .orElse(BigDecimal.ONE);
    }

    private static BigDecimal fitted(BigDecimal wish, Optional<BigDecimal> low, Optional<BigDecimal> high,
            Optional<BigDecimal> step) {
        var capped = high.map(wish::min).orElse(wish);
        var clamped = low.map(capped::max).orElse(capped);
        return step.filter(size -> size.signum() > 0).map(size -> {
            var below = clamped.divide(size, 0, RoundingMode.FLOOR).multiply(size);
            return low.isPresent() && below.compareTo(low.get()) < 0 ? below.add(size) : below;
        }).orElse(clamped);
    }

    private static Optional<BigDecimal> bound(JsonNode schema, String name) {
        return Optional.of(schema.path(name))
                .filter(node -> node.isNumber() && Math.abs(node.doubleValue()) <= LARGEST)
                .map(JsonNode::decimalValue)
                .filter(number -> Math.abs((long) number.scale()) <= MOST_DIGITS);
    }

    private static int size(JsonNode schema, String name, int otherwise, int most) {
        return (int) Math.clamp(schema.path(name).asLong(otherwise), 0L, (long) most);
    }

    private Optional<JsonNode> mentioned(JsonNode schema) {
        return elements(schema.path("enum")).limit(MOST_CHOICES)
                .filter(value -> value.asText().length() <= LONGEST_TEXT && clues.mentions(value.asText()))
                .findFirst();
    }

    private static String type(JsonNode schema) {
        var type = schema.path("type");
        if (type.isArray()) {
            return elements(type).map(JsonNode::asText).filter(name -> !name.equals("null")).findFirst().orElse("null");
        }
        return type.isTextual() ? type.asText()
                : schema.has("properties") ? "object" : schema.has("items") ? "array" : "string";
    }

    /** The schema behind references and choices among schemas. */
    private JsonNode resolved(JsonNode declared) {
        var schema = declared;
        for (var hops = 0; hops < DEEPEST; hops++) {
            var reference = schema.path("$ref").asText();
            var next = LOCAL.matcher(reference).matches()
                    ? Optional.of(root.at(reference.substring(1)))
                    : firstBranch(schema);
            if (next.isEmpty()) {
                break;
            }
            schema = next.get();
        }
        return schema;
    }

    private static Optional<JsonNode> firstBranch(JsonNode schema) {
        return Stream.of("anyOf", "oneOf", "allOf")
                .flatMap(choice -> elements(schema.path(choice)).limit(MOST_CHOICES))
                .filter(branch -> !branch.path("type").asText().equals("null"))
                .findFirst();
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
