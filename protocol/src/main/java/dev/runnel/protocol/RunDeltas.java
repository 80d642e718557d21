package dev.runnel.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Deltas as JSON. Nearly all events of a stream are deltas, so they are written by hand. The most frequent one, one fragment of
 * text, is also read without a tree. Every other shape is read as a tree.
 */
final class RunDeltas {
    private RunDeltas() {}

    static byte[] encode(RunEvent.MessageDelta delta) {
        List<ContentDelta> content = delta.content();
        return content.size() == 1 && content.get(0) instanceof ContentDelta.Text text && PlainTextDelta.fits(text)
                ? PlainTextDelta.encode(delta.messageId(), text)
                : encodeAny(delta);
    }

    private static byte[] encodeAny(RunEvent.MessageDelta delta) {
        return Json.stream(json -> {
            startEnvelope(json, delta.messageId(), "thread.message.delta");
            json.writeArrayFieldStart("content");
            for (ContentDelta part : delta.content()) {
                write(json, part);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    static byte[] encode(RunEvent.StepDelta delta) {
        return Json.stream(json -> {
            startEnvelope(json, delta.stepId(), "thread.run.step.delta");
            json.writeObjectFieldStart("step_details");
            json.writeStringField("type", "tool_calls");
            json.writeArrayFieldStart("tool_calls");
            for (ToolCallDelta call : delta.toolCalls()) {
                write(json, call);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static void startEnvelope(JsonGenerator json, String id, String object) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeStringField("object", object);
        json.writeObjectFieldStart("delta");
    }

    private static void write(JsonGenerator json, ContentDelta part) throws IOException {
        if (part instanceof ContentDelta.Other other) {
            Json.writePlain(json, other.json().toJava());
            return;
        }
        json.writeStartObject();
        json.writeNumberField("index", part.index());
        if (part instanceof ContentDelta.Text text) {
            json.writeStringField("type", "text");
            json.writeObjectFieldStart("text");
            json.writeStringField("value", text.value());
            List<JsonValue> annotations = text.annotations();
            if (annotations != null) {
                json.writeArrayFieldStart("annotations");
                for (JsonValue annotation : annotations) {
                    Json.writePlain(json, annotation.toJava());
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        } else if (part instanceof ContentDelta.Refusal refusal) {
            json.writeStringField("type", "refusal");
            json.writeStringField("refusal", refusal.refusal());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, ToolCallDelta call) throws IOException {
        if (call instanceof ToolCallDelta.Other other) {
            Json.writePlain(json, other.json().toJava());
        } else if (call instanceof ToolCallDelta.Function function) {
            json.writeStartObject();
            json.writeNumberField("index", function.index());
            String id = function.id();
            if (id != null) {
                json.writeStringField("id", id);
            }
            json.writeStringField("type", "function");
            json.writeObjectFieldStart("function");
            String name = function.name();
            if (name != null) {
                json.writeStringField("name", name);
            }
            String arguments = function.arguments();
            if (arguments != null) {
                json.writeStringField("arguments", arguments);
            }
            if (id != null || function.output() != null) {
                json.writeStringField("output", function.output());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    static RunEvent.MessageDelta decodeMessageDelta(byte[] data) {
        RunEvent.MessageDelta own = PlainTextDelta.decode(data);
        if (own != null) {
            return own;
        }
        Optional<RunEvent.MessageDelta> plain = Json.stream(data, json -> Optional.ofNullable(readPlainText(json)));
        return plain.orElseGet(() -> messageDelta(object(data)));
    }

    /** Reads {@code {id, object, delta: {content: [{index, type, text: {value}}]}}} in any order; null if there is more. */
    private static RunEvent.@Nullable MessageDelta readPlainText(JsonParser json) throws IOException {
        String id = null;
        ContentDelta.Text text = null;
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return null;
        }
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "id" -> id = json.nextTextValue();
                case "object" -> json.nextToken();
                case "delta" -> {
                    text = readDelta(json);
                    if (text == null) {
                        return null;
                    }
                }
                default -> {
                    return null;
                }
            }
        }
        return id == null || text == null ? null : new RunEvent.MessageDelta(id, List.of(text));
    }

    private static ContentDelta.@Nullable Text readDelta(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT
                || !"content".equals(json.nextFieldName())
                || json.nextToken() != JsonToken.START_ARRAY
                || json.nextToken() != JsonToken.START_OBJECT) {
            return null;
        }
        int index = -1;
        String value = null;
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "index" -> index = json.nextIntValue(-1);
                case "type" -> {
                    if (!"text".equals(json.nextTextValue())) {
                        return null;
                    }
                }
                case "text" -> {
                    if (json.nextToken() != JsonToken.START_OBJECT || !"value".equals(json.nextFieldName())) {
                        return null;
                    }
                    value = json.nextTextValue();
                    if (json.nextToken() != JsonToken.END_OBJECT) {
                        return null;
                    }
                }
                default -> {
                    return null;
                }
            }
        }
        boolean ends = json.nextToken() == JsonToken.END_ARRAY && json.nextToken() == JsonToken.END_OBJECT;
        return ends && index >= 0 && value != null ? new ContentDelta.Text(index, value, null) : null;
    }

    private static RunEvent.MessageDelta messageDelta(ObjectNode tree) {
        List<ContentDelta> content = new ArrayList<>();
        for (JsonNode entry : tree.path("delta").path("content")) {
            if (entry instanceof ObjectNode part) {
                content.add(contentDelta(part, content.size()));
            }
        }
        return new RunEvent.MessageDelta(tree.path("id").asText(), content);
    }

    private static ContentDelta contentDelta(ObjectNode part, int position) {
        int index = index(part, position);
        JsonNode text = part.path("text");
        if (isOrLacksType(part, "text") && text.isObject()) {
            return new ContentDelta.Text(
                    index, Absent.orEmpty(text(text, "value")), annotations(text.get("annotations")));
        }
        if (isOrLacksType(part, "text") && text.isTextual()) {
            return new ContentDelta.Text(index, text.textValue(), null);
        }
        if (isOrLacksType(part, "refusal") && (part.has("refusal") || part.has("type"))) {
            return new ContentDelta.Refusal(index, Absent.orEmpty(text(part, "refusal")));
        }
        return new ContentDelta.Other(index, JsonValue.of(part));
    }

    private static @Nullable List<JsonValue> annotations(@Nullable JsonNode array) {
        if (array == null || !array.isArray()) {
            return null;
        }
        List<JsonValue> annotations = new ArrayList<>();
        for (JsonNode entry : array) {
            if (entry instanceof ObjectNode annotation) {
                annotations.add(JsonValue.of(annotation));
            }
        }
        return annotations;
    }

    static RunEvent.StepDelta decodeStepDelta(byte[] data) {
        ObjectNode tree = object(data);
        List<ToolCallDelta> calls = new ArrayList<>();
        for (JsonNode entry : tree.path("delta").path("step_details").path("tool_calls")) {
            if (entry instanceof ObjectNode call) {
                calls.add(toolCallDelta(call, calls.size()));
            }
        }
        return new RunEvent.StepDelta(tree.path("id").asText(), calls);
    }

    private static ToolCallDelta toolCallDelta(ObjectNode call, int position) {
        int index = index(call, position);
        JsonNode function = call.path("function");
        if (isOrLacksType(call, "function") && function.isObject()) {
            return new ToolCallDelta.Function(
                    index, text(call, "id"), text(function, "name"), text(function, "arguments"),
                    text(function, "output"));
        }
        return new ToolCallDelta.Other(index, JsonValue.of(call));
    }

    /** The entry's index; its position where it has none, or one that is no index. */
    private static int index(ObjectNode entry, int position) {
        int index = entry.path("index").asInt(position);
        return index < 0 ? position : index;
    }

    /** Whether an entry has this type, or no type: then its members tell the type. */
    private static boolean isOrLacksType(ObjectNode entry, String type) {
        return !entry.hasNonNull("type") || entry.path("type").asText().equals(type);
    }

    private static @Nullable String text(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? null : value.asText();
    }

    private static ObjectNode object(byte[] data) {
        if (Json.readTree(data) instanceof ObjectNode object) {
            return object;
        }
        throw new JsonException("a delta must be an object", null);
    }
}
