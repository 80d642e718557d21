package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.IGNORE_UNSUPPORTED_TOOLS;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every limit that the server's own description gives of a request's fields: what just keeps to it is taken, and what just does not is
 * refused by the field's name. The requests are made from the description.
 */
@Timeout(180)
class RequestLimitsTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @TempDir
    Path folder;

    private TestServer server;
    private JsonNode document;

    /** The faults of the server, and how many requests were sent. */
    private final List<String> wrong = new ArrayList<>();
    private final List<String> tried = new ArrayList<>();

    @BeforeEach
    void start() {
        // The description has tools that this server is not switched on for.
        server = TestServer.start(folder, options -> options.with(IGNORE_UNSUPPORTED_TOOLS, true));
        document = server.openApi();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /**
     * A field of a request.
     *
     * @param path to send the request to
     * @param param the field's own path, as an error names it
     * @param within makes the body of the field's value: what else is required, and no more
     */
    private record Field(String path, String param, UnaryOperator<JsonNode> within) {
        Field property(String name, ObjectNode object) {
            return new Field(path, param.isEmpty() ? name : param + "." + name,
                    value -> within.apply(object.deepCopy().set(name, value)));
        }

        Field item() {
            return new Field(path, param + "[0]", value -> within.apply(JSON.arrayNode().add(value)));
        }
    }

    @Test
    void whatKeepsToALimitIsTakenAndWhatDoesNotIsRefused() {
        document.path("paths").properties().forEach(path -> {
            JsonNode schema = path.getValue().at("/post/requestBody/content/application~1json/schema");
            boolean relayed = path.getKey().equals("/v1/embeddings"); // which the scripted model server answers as chats
            if (schema.isObject() && !relayed) {
                // Nothing that a path or a body names is there, so that what is taken ends with a 404, a 403 for the operator's, or a 400
                // for a previous response, and changes nothing.
                String filled = path.getKey().replace("{assistant_id}", "asst_x").replace("{message_id}", "msg_x")
                        .replace("{vector_store_id}", "vs_x")
                        .replaceAll("\\{(\\w+)_id}", "$1_x").replaceFirst("^/v1", "");
                tryAll(new Field(filled, "", UnaryOperator.identity()), resolved(schema), schema.path("properties"));
            }
        });

        assertThat(wrong).isEmpty();
        assertThat(tried).hasSizeGreaterThan(400).contains(
                "taken 256000 characters /assistants instructions",
                "refused 256001 characters /assistants instructions",
                "taken 128 items /assistants tools", "refused 129 items /assistants tools",
                "taken 16 /threads/thread_x/runs max_prompt_tokens",
                "refused 15 /threads/thread_x/runs max_prompt_tokens",
                "refused 0 items /threads/thread_x/messages content", "taken 16 pairs /threads metadata");
    }

    private JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asText().replaceFirst("^#", "");
        return reference.isEmpty() ? schema : document.at(reference);
    }

    private List<JsonNode> options(JsonNode schema) {
        List<JsonNode> options = new ArrayList<>();
        schema.path("oneOf").forEach(options::add);
        schema.path("anyOf").forEach(options::add);
        return options.stream().map(this::resolved).flatMap(
                option -> option.has("oneOf") || option.has("anyOf") ? options(option).stream()
                        : List.of(option).stream())
                .toList();
    }

    /** The least that a schema takes. */
    private JsonNode least(JsonNode reference) {
        JsonNode schema = resolved(reference);
        List<JsonNode> options = options(schema);
        if (!options.isEmpty()) {
            return least(options.getFirst());
        } else if (schema.has("const")) {
            return schema.path("const");
        } else if (schema.has("enum")) {
            return schema.at("/enum/0");
        }
        return switch (type(schema)) {
            case "string" -> JSON.textNode("x");
            case "boolean" -> JSON.booleanNode(true);
            case "integer" -> JSON.numberNode(schema.path("minimum").asLong());
            case "number" -> JSON.numberNode(schema.path("minimum").asDouble());
            case "array" -> items(schema, schema.path("minItems").asInt());
            default -> required(schema);
        };
    }

    private static String type(JsonNode schema) {
        return schema.path("type").isArray() ? schema.at("/type/0").asText() : schema.path("type").asText();
    }

    private ArrayNode items(JsonNode schema, int count) {
        ArrayNode array = JSON.arrayNode();
        JsonNode item = schema.has("items") ? least(schema.path("items")) : JSON.textNode("x");
        for (int i = 0; i < count; i++) {
            array.add(item);
        }
        return array;
    }

    private ObjectNode required(JsonNode schema) {
        ObjectNode object = JSON.objectNode();
        schema.path("required").forEach(
                name -> object.set(name.asText(), least(schema.path("properties").path(name.asText()))));
        if (schema.path("properties").has("previous_response_id")) {
            object.put("previous_response_id", "resp_x"); // so that no response is made
        }
        JsonNode chunk = schema.at("/properties/max_chunk_size_tokens/maximum");
        return chunk.isMissingNode() ? object : object.set("max_chunk_size_tokens", chunk); // an overlap is at most half of it
    }

    private static ObjectNode pairs(int count, int keyLength) {
        ObjectNode pairs = JSON.objectNode();
        for (int i = 0; i < count; i++) {
            pairs.put("k".repeat(keyLength - 2) + (char) ('a' + i / 10) + i % 10, "v");
        }
        return pairs;
    }

    private void tryAll(Field field, JsonNode reference, JsonNode refused) {
        if (field.param.contains("filters[0].filters[0]")) {
            return; // filters hold filters without end
        }
        JsonNode schema = resolved(reference);
        List<JsonNode> options = options(schema);
        options.forEach(option -> tryAll(field, option, refused));
        switch (options.isEmpty() ? type(schema) : "") {
            case "string" -> tryText(field, schema);
            case "integer", "number" -> tryNumber(field, schema);
            case "array" -> tryArray(field, schema);
            case "object" -> tryObject(field, schema, refused);
            default -> {
            }
        }
    }

    private void tryText(Field field, JsonNode schema) {
        if (schema.has("maxLength")) {
            int max = schema.path("maxLength").asInt();
            taken(field, JSON.textNode((schema.has("pattern") ? "e" : "😀").repeat(max)),
                    max + " characters");
            refused(field, JSON.textNode("e".repeat(max + 1)), max + 1 + " characters");
        }
        if (schema.has("pattern")) {
            refused(field, JSON.textNode("no name"), "another pattern");
        }
        schema.path("enum").forEach(word -> taken(field, word, word.toString()));
        if (schema.has("enum") || schema.has("const")) {
            refused(field, JSON.textNode("surprise"), "another word");
        }
    }

    private void tryNumber(Field field, JsonNode schema) {
        boolean whole = type(schema).equals("integer");
        for (String bound : List.of("minimum", "maximum")) {
            if (schema.has(bound)) {
                int step = bound.equals("minimum") ? -1 : 1;
                JsonNode at = schema.path(bound);
                JsonNode beyond = whole ? JSON.numberNode(at.asLong() + step)
                        : JSON.numberNode(at.asDouble() + step * 0.01);
                taken(field, at, at.toString());
                refused(field, beyond, beyond.toString());
            }
        }
        if (schema.has("minimum") || schema.has("maximum")) { // an attribute's number has no bounds, and may as well be text
            refused(field, JSON.textNode("1"), "text");
        }
    }

    private void tryArray(Field field, JsonNode schema) {
        if (schema.has("maxItems")) {
            int max = schema.path("maxItems").asInt();
            taken(field, items(schema, max), max + " items");
            refused(field, items(schema, max + 1), max + 1 + " items");
        }
        int min = schema.path("minItems").asInt();
        if (min > 0) {
            taken(field, items(schema, min), min + " items");
            refused(field, items(schema, min - 1), min - 1 + " items");
        }
        refused(field, JSON.numberNode(1), "a number");
        tryAll(field.item(), schema.path("items"), JSON.missingNode());
    }

    private void tryObject(Field field, JsonNode schema, JsonNode refused) {
        if (schema.has("maxProperties")) {
            int max = schema.path("maxProperties").asInt();
            int key = schema.at("/propertyNames/maxLength").asInt();
            taken(field, pairs(max, key), max + " pairs");
            refused(field, pairs(max + 1, key), max + 1 + " pairs");
            refused(field, pairs(1, key + 1), "a key of " + (key + 1) + " characters");
            tryAll(field.property("k", JSON.objectNode()), schema.path("additionalProperties"), JSON.missingNode());
        }
        ObjectNode least = required(schema);
        schema.path("properties").properties().stream().filter(property -> !refused.has(property.getKey()))
                .forEach(property -> tryAll(field.property(property.getKey(), least), property.getValue(),
                        JSON.missingNode()));
        schema.path("required").forEach(name -> {
            if (name.asText().equals("type") && field.param.matches("(input|items)\\[0]")) {
                return; // without one it is a message, which lacks other fields
            }
            Field missing = new Field(field.path, field.property(name.asText(), least).param, field.within);
            refused(missing, least.deepCopy().without(name.asText()), "nothing");
        });
        if (schema.path("additionalProperties").isBoolean()) {
            refused(field.property("surprise", least), JSON.numberNode(1), "no such field");
        }
        if (!field.param.isEmpty()) {
            refused(field, JSON.numberNode(1), "a number");
        }
    }

    private void taken(Field field, JsonNode value, String what) {
        if (field.param.matches("tool_choice\\.(mode|tools).*")) {
            return; // allowed tools must be among the request's own
        }
        Answer answer = server.post(field.path, field.within.apply(value).toString());
        boolean lacksItsPrevious = answer.error().path("code").asText().equals("previous_response_not_found");
        if (!List.of(200, 403, 404).contains(answer.status()) && !lacksItsPrevious) {
            wrong.add(what + " at " + field.path + " " + field.param + " is not taken: " + answer.body());
        }
        tried.add("taken " + what + " " + field.path + " " + field.param);
    }

    private void refused(Field field, JsonNode value, String what) {
        Answer answer = server.post(field.path, field.within.apply(value).toString());
        String param = answer.error().path("param").asText();
        if (answer.status() != 400 || !param.startsWith(field.param)) {
            wrong.add(what + " at " + field.path + " " + field.param + " is answered " + answer.status() + ": "
                    + answer.body());
        }
        tried.add("refused " + what + " " + field.path + " " + field.param);
    }
}
