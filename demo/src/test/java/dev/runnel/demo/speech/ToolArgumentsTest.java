package dev.runnel.demo.speech;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ToolArgumentsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String WEATHER = """
            {"type": "object", "required": ["location"], "properties": {
               "location": {"type": "string", "description": "City and country"},
               "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
               "days": {"type": "integer", "minimum": 1, "maximum": 7}}}""";

    private static final String EVERYTHING = """
            {"type": "object",
             "required": ["name", "kind", "count", "share", "ok", "tags", "where", "when", "maybe", "level"],
             "properties": {
               "name": {"type": "string", "minLength": 3, "maxLength": 12},
               "kind": {"type": "string", "enum": ["red", "dark_blue"]},
               "count": {"type": "integer", "minimum": 5, "exclusiveMaximum": 10, "multipleOf": 3},
               "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
               "ok": {"type": "boolean"},
               "tags": {"type": "array", "minItems": 3, "uniqueItems": true, "items": {"enum": ["a", "b", "c"]}},
               "where": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}},
               "when": {"type": "string", "format": "date"},
               "maybe": {"type": ["null", "integer"]},
               "level": {"const": 4}}}""";

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '~', value = {"What's the weather in Paris?; Paris",
        "what is the weather in New York today; New York", "Weather for São Paulo, please; São Paulo",
        "Is it raining in \"Lower Wick\" now?; Lower Wick", "weather in paris; paris"})
    void aPlaceIsPickedFromThePrompt(String prompt, String location) {
        assertThat(arguments(WEATHER, prompt).path("location").asText()).isEqualTo(location);
    }

    @Test
    void anEnumTakesWhatThePromptMentions() {
        assertThat(arguments(WEATHER, "Weather in Oslo in Fahrenheit?"))
                .hasToString("{\"location\":\"Oslo\",\"unit\":\"fahrenheit\"}");
        assertThat(arguments(WEATHER, "Weather in Oslo?").has("unit")).isFalse();
        assertThat(arguments(EVERYTHING, "one in dark blue").path("kind").asText()).isEqualTo("dark_blue");
        assertThat(arguments(EVERYTHING, "one in darkness").path("kind").asText()).isEqualTo("red");
    }

    @Test
    void twoPropertiesGetDifferentClues() {
        var trip = schema("\"from\": {\"type\": \"string\"}, \"to\": {\"type\": \"string\"}");
        assertThat(arguments(trip, "Book a train to Rome from Berlin"))
                .hasToString("{\"from\":\"Berlin\",\"to\":\"Rome\"}");

        var sum = schema("\"a\": {\"type\": \"number\"}, \"b\": {\"type\": \"number\"}");
        assertThat(arguments(sum, "Add 3 and 4.5")).hasToString("{\"a\":3,\"b\":4.5}");
    }

    @Test
    void aQueryIsTheWholePrompt() {
        assertThat(
                arguments(schema("\"query\": {\"type\": \"string\"}"), "how do rivers sleep?").path("query").asText())
                .isEqualTo("how do rivers sleep?");
    }

    @Test
    void anExpressionIsTheArithmeticOfThePrompt() {
        assertThat(arguments(schema("\"expression\": {\"type\": \"string\"}"), "What is (2 + 3) * 4?"))
                .hasToString("{\"expression\":\"(2 + 3) * 4\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hi", "6 of them", "-3", "99999999999999999999", "0.25 please", "take 1.5 \"or more\"",
        "日本語 👍🏽👍🏽👍🏽👍🏽👍🏽"})
    void argumentsAreValid(String prompt) {
        assertThat(violations(tree(EVERYTHING), arguments(EVERYTHING, prompt), "$")).isEmpty();
        assertThat(violations(tree(WEATHER), arguments(WEATHER, prompt), "$")).isEmpty();
    }

    @Test
    void theCheckOfThisTestFindsViolations() {
        var wrong = tree(
                """
                        {"name": "x", "kind": "green", "count": 7, "share": 1, "ok": 1, "tags": ["a"], "where": {},
                         "when": "today",
                         "maybe": "no"}""");
        assertThat(violations(tree(EVERYTHING), wrong, "$")).hasSizeGreaterThanOrEqualTo(9);
    }

    @Test
    void sameSchemaAndPromptSameArguments() {
        assertThat(arguments(EVERYTHING, "3 in Rome")).isEqualTo(arguments(EVERYTHING, "3 in Rome"));
    }

    @Test
    void noSchemaMeansNoArguments() {
        assertThat(arguments("{}", "Hello")).isEmpty();
        assertThat(arguments("null", "Hello")).isEmpty();
        assertThat(arguments("{\"type\":\"object\",\"properties\":{}}", "Hello")).isEmpty();
    }

    @Test
    void aRequiredPropertyWithoutSchemaIsThereToo() {
        assertThat(arguments("{\"required\":[\"x\"]}", "Hello").has("x")).isTrue();
    }

    @Test
    void referencesAndChoicesAreFollowed() {
        var schema = """
                {"$defs": {"City": {"type": "string", "enum": ["Rome", "Oslo"]}},
                 "required": ["city", "size"], "properties": {
                  "city": {"$ref": "#/$defs/City"},
                  "size": {"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 2}]}}}""";
        assertThat(arguments(schema, "to Oslo")).hasToString("{\"city\":\"Oslo\",\"size\":2}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'$ref': '#'}", "{'$ref': '#/properties/a'}",
        "{'type': 'array', 'minItems': 9, 'items': {'$ref': '#'}}",
        "{'type': 'array', 'minItems': 3000000000, 'maxItems': -1}",
        "{'type': 'integer', 'minimum': 1e300, 'maximum': 1e-300, 'multipleOf': 0}",
        "{'type': 'string', 'minLength': 2000000000}", "{'required': 'a', 'properties': [], 'enum': {}}"})
    void hostileSchemasEndSoonAndSmall(String schema) {
        var properties = schema("'a': %1$s, 'b': %1$s, 'c': %1$s".formatted(schema)).replace('\'', '"');

        assertThat(arguments(properties, "Hello 5").toString().length()).isLessThan(100_000);
    }

    /** Read as the server reads them: exact, however small. */
    @ParameterizedTest
    @ValueSource(strings = {"{'type': 'integer', 'minimum': 1e-999999999}",
        "{'type': 'number', 'exclusiveMinimum': 1e-999999999, 'maximum': 1}",
        "{'type': 'number', 'multipleOf': 1e-99999999}", "{'type': 'number', 'default': 0e-999999999}",
        "{'$ref': '#nowhere'}"})
    @Timeout(20)
    void hostileNumbersAndReferencesAreNotFollowed(String schema) {
        var properties = schema("\"a\": " + schema.replace('\'', '"'));

        assertThat(ToolArguments.of(Json.tree(JsonValue.parse(properties)), "Hello").toString().length())
                .isLessThan(1_000);
    }

    @Test
    @Timeout(20)
    void largeSchemasAreReadInPart() {
        var names = IntStream.range(0, 100_000).mapToObj(n -> "\"p" + n + "\"").toList();
        var required = "{\"required\":[" + String.join(",", names) + "],\"properties\":{"
                + String.join(",", names.stream().map(name -> name + ":{}").toList()) + "}}";
        var choices = "{\"enum\":[" + String.join(",", names) + "]}";

        assertThat(arguments(required, "Hello").size()).isLessThanOrEqualTo(2_000);
        assertThat(arguments("{\"$defs\":{\"a\":" + choices + "},\"properties\":{"
                + String.join(",", names.stream().map(name -> name + ":{\"$ref\":\"#/$defs/a\"}").toList())
                + "}}", "Hello")).isNotEmpty();
    }

    private static String schema(String properties) {
        return "{\"type\":\"object\",\"properties\":{" + properties + "}}";
    }

    private static JsonNode arguments(String schema, String prompt) {
        return ToolArguments.of(tree(schema), prompt);
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    /** A small JSON Schema check of its own, so that a mistake in the code under test is not repeated here. */
    private static List<String> violations(JsonNode schema, JsonNode value, String at) {
        var found = new ArrayList<String>();
        var type = schema.path("type");
        var fits = switch (type.isArray() ? type.path(1).asText() : type.asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> true;
        };
        var number = value.isNumber() ? value.asDouble() : 0;
        require(found, fits, at + " is no " + type);
        require(found, !schema.has("const") || schema.path("const").equals(value), at + " is not the constant");
        require(found, !schema.has("enum") || contains(schema.path("enum"), value), at + " is not of the enum");
        require(found, number >= schema.path("minimum").asDouble(number), at + " is too small");
        require(found, number <= schema.path("maximum").asDouble(number), at + " is too large");
        require(found, number > schema.path("exclusiveMinimum").asDouble(number - 1), at + " is too small");
        require(found, number < schema.path("exclusiveMaximum").asDouble(number + 1), at + " is too large");
        require(found, number % schema.path("multipleOf").asDouble(Math.max(1e-9, number)) < 1e-6,
                at + " is no multiple");
        require(found, value.asText().length() >= schema.path("minLength").asInt(0), at + " is too short");
        require(found, value.asText().length() <= schema.path("maxLength").asInt(1_000_000), at + " is too long");
        require(found, value.size() >= schema.path("minItems").asInt(0), at + " has too few items");
        require(found, !"date".equals(schema.path("format").asText()) || value.asText().matches("\\d{4}-\\d\\d-\\d\\d"),
                at + " is no date");
        schema.path("required").forEach(name -> require(found, value.has(name.asText()), at + " lacks " + name));
        value.properties().forEach(member -> found.addAll(
                violations(schema.path("properties").path(member.getKey()), member.getValue(),
                        at + "." + member.getKey())));
        for (var item : value.isArray() ? value : JSON.createArrayNode()) {
            found.addAll(violations(schema.path("items"), item, at + "[]"));
        }
        return found;
    }

    private static void require(List<String> found, boolean holds, String violation) {
        if (!holds) {
            found.add(violation);
        }
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        return values.valueStream().anyMatch(value::equals);
    }
}
