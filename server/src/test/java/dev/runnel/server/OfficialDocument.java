package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * OpenAI's document of the API, where there is a copy of it: {@code assistants-v2.openapi.json} in the folder that the system property
 * {@code runnel.reference} names, or in a {@code shared/reference} above this one. It is no strict OpenAPI 3.1, so it is translated.
 */
final class OfficialDocument {
    private static final String FILE = "assistants-v2.openapi.json";
    private static final String RESPONSES = "responses.openapi.json";

    private static final String SEEN = "the hosted service sent it";
    private static final String EFFORT = "{\"type\": [\"string\", \"null\"]}";
    private static final String COUNT = "{\"type\": \"object\", \"additionalProperties\": {\"type\": \"integer\"}}";

    /** Where we say else or more than the document: as the hosted service did, or where the two of them leave no other way. */
    private static final List<Deviation> DEVIATIONS = List.of(
            also("/AssistantObject/properties/reasoning_effort", EFFORT, SEEN),
            also("/RunObject/properties/reasoning_effort", EFFORT, SEEN),
            also("/RunObject/properties/tool_resources", "{\"type\": \"object\"}", SEEN),
            also("/RunStepObject/properties/expires_at", "{\"type\": [\"integer\", \"null\"]}", SEEN),
            also("/RunCompletionUsage/anyOf/0/properties/prompt_token_details", COUNT, SEEN),
            also("/RunCompletionUsage/anyOf/0/properties/completion_tokens_details", COUNT, SEEN),
            also("/RunStepCompletionUsage/anyOf/0/properties/prompt_token_details", COUNT, SEEN),
            also("/RunStepCompletionUsage/anyOf/0/properties/completion_tokens_details", COUNT, SEEN),
            instead("/OpenAIFile/properties/expires_at/type", "[\"integer\", \"null\"]", SEEN),
            instead("/OpenAIFile/properties/status_details/type", "[\"string\", \"null\"]", SEEN),
            idOfNone("ListAssistantsResponse", "first_id"), idOfNone("ListAssistantsResponse", "last_id"),
            idOfNone("ListMessagesResponse", "first_id"), idOfNone("ListMessagesResponse", "last_id"),
            idOfNone("ListRunsResponse", "first_id"), idOfNone("ListRunsResponse", "last_id"),
            idOfNone("ListRunStepsResponse", "first_id"), idOfNone("ListRunStepsResponse", "last_id"),
            also("/VectorStoreObject/properties/description", "{\"type\": \"string\"}",
                    "the hosted service came to have it, and its SDKs send it"),
            instead("/VectorStoreObject/properties/expires_after",
                    "{\"anyOf\": [{\"$ref\": \"#/components/schemas/VectorStoreExpirationAfter\"}, {\"type\": \"null\"}]}",
                    SEEN),
            instead("/VectorStoreFileBatchObject/properties/object/enum", "[\"vector_store.file_batch\"]",
                    "the document's own words, and the hosted service"),
            idOfNone("ListVectorStoresResponse", "first_id"), idOfNone("ListVectorStoresResponse", "last_id"),
            idOfNone("ListVectorStoreFilesResponse", "first_id"), idOfNone("ListVectorStoreFilesResponse", "last_id"),
            idOfNone("ListFilesResponse", "first_id"), idOfNone("ListFilesResponse", "last_id"),
            instead("/RunObject/properties/max_prompt_tokens/minimum", "16",
                    "the hosted service came to take budgets from 16 on, and a run shows what it was given"),
            instead("/RunObject/properties/max_completion_tokens/minimum", "16", "as above"),
            instead("/RunObject/properties/incomplete_details/properties/reason/enum",
                    "[\"max_completion_tokens\", \"max_prompt_tokens\", \"content_filter\"]",
                    "the hosted service was seen to end runs so"),
            instead("/ErrorEvent/properties/data", "{\"$ref\": \"#/components/schemas/ErrorResponse\"}",
                    "wrapped in error, an error event is reported by all official SDKs; flat, as documented, by few"));

    private static final List<Deviation> RESPONSE_DEVIATIONS = List.of(
            also("/Response/allOf/2/properties/presence_penalty", "{\"type\": \"number\"}",
                    "Open Responses wants it, and its tests check it"),
            also("/Response/allOf/2/properties/store", "{\"type\": \"boolean\"}", SEEN),
            instead("/Response/allOf/2/properties/usage",
                    "{\"anyOf\": [{\"$ref\": \"#/components/schemas/ResponseUsage\"}, {\"type\": \"null\"}]}", SEEN),
            also("/Response/allOf/2/properties/frequency_penalty", "{\"type\": \"number\"}", "as above"));

    private OfficialDocument() {}

    /**
     * A change of the document.
     *
     * @param at a pointer into the document's schemas
     * @param added whether there is nothing yet, rather than something that is replaced
     * @param json what comes there
     */
    private record Deviation(String at, boolean added, String json, String reason) {}

    private static Deviation also(String at, String json, String reason) {
        return new Deviation(at, true, json, reason);
    }

    private static Deviation instead(String at, String json, String reason) {
        return new Deviation(at, false, json, reason);
    }

    private static Deviation idOfNone(String list, String field) {
        return instead("/" + list + "/properties/" + field, "{\"type\": [\"string\", \"null\"]}",
                "the hosted service's empty pages had null here");
    }

    /** The document with its schemas as JSON Schema, and our deviations in it. */
    static Optional<ObjectNode> read() {
        return read(FILE, DEVIATIONS);
    }

    /** As {@link #read()}, the document of the Responses API. */
    static Optional<ObjectNode> responses() {
        Optional<ObjectNode> document = read(RESPONSES, RESPONSE_DEVIATIONS);
        document.ifPresent(it -> it.findParents("allOf").forEach(
                whole -> join((ObjectNode) whole, (ObjectNode) it.at("/components/schemas"))));
        return document;
    }

    /** The parts of a whole are open, and the whole is closed. */
    private static void join(ObjectNode whole, ObjectNode schemas) {
        whole.path("allOf").forEach(part -> {
            String name = part.path("$ref").asText().replaceAll(".*/", "");
            ((ObjectNode) (name.isEmpty() ? part : schemas.path(name))).remove("additionalProperties");
        });
        whole.put("unevaluatedProperties", false);
    }

    private static Optional<ObjectNode> read(String name, List<Deviation> deviations) {
        return find(name).map(file -> {
            try {
                ObjectNode document = (ObjectNode) new ObjectMapper().readTree(Files.readString(file));
                ObjectNode schemas = (ObjectNode) document.at("/components/schemas");
                deviations.forEach(deviation -> apply(schemas, deviation));
                return (ObjectNode) translate(document);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Optional<Path> find(String name) {
        String folder = System.getProperty("runnel.reference");
        if (folder != null) {
            return Optional.of(Path.of(folder, name));
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path file = at.resolve("shared").resolve("reference").resolve(name);
            if (Files.exists(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    private static void apply(ObjectNode schemas, Deviation deviation) {
        int slash = deviation.at.lastIndexOf('/');
        String name = deviation.at.substring(slash + 1);
        if (!(schemas.at(deviation.at.substring(0, slash)) instanceof ObjectNode parent)
                || parent.has(name) == deviation.added) {
            throw new AssertionError("no longer a deviation: " + deviation);
        }
        parent.set(name, Answer.tree(deviation.json));
    }

    /** Makes {@code nullable} a type, {@code oneOf} an {@code anyOf}, as its options overlap, and drops the one recursive anchor. */
    private static JsonNode translate(JsonNode node) {
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, translate(array.get(i)));
            }
            return array;
        }
        if (!(node instanceof ObjectNode schema)) {
            return node;
        }
        schema.properties().forEach(entry -> entry.setValue(translate(entry.getValue())));
        if (schema.path("type").asText().equals("object") && schema.has("properties")
                && !schema.has("additionalProperties")) {
            schema.put("additionalProperties", false);
        }
        schema.remove(List.of("discriminator", "$recursiveRef", "$recursiveAnchor", "default", "example", "examples"));
        boolean nullable = schema.path("nullable").isBoolean() && schema.remove("nullable").booleanValue();
        if (schema.get("oneOf") instanceof ArrayNode options) {
            schema.remove("oneOf");
            schema.set("anyOf", options);
        }
        if (schema.get("allOf") instanceof ArrayNode parts) {
            nullable |= removeNull(parts);
        }
        return nullable ? orNull(schema) : schema;
    }

    /** A part of an {@code allOf} that says nothing but {@code nullable: true} is a null alone by now. */
    private static boolean removeNull(ArrayNode parts) {
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).equals(orNull(new ObjectMapper().createObjectNode()))) {
                parts.remove(i);
                return true;
            }
        }
        return false;
    }

    private static ObjectNode orNull(ObjectNode schema) {
        ObjectNode either = new ObjectMapper().createObjectNode();
        either.putArray("anyOf").add(schema).addObject().put("type", "null");
        return either;
    }
}
