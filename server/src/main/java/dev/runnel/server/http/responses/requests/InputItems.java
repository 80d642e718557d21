package dev.runnel.server.http.responses.requests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.engine.turns.Turn;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.responses.items.ItemIds;
import dev.runnel.server.store.rows.ThreadEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes what a thread keeps of the items that a request brings, which {@link ItemFields} has checked. */
final class InputItems {
    private InputItems() {}

    /**
     * The items of a request.
     *
     * @param input text, an array of items, or null
     * @param path where the request has them
     */
    static List<Turn.Input> of(@Nullable JsonNode input, String path) {
        List<Turn.Input> items = new ArrayList<>();
        if (input == null) {
            return items;
        }
        if (input.isTextual()) {
            items.add(new Turn.Said(MessageRequest.user(input.textValue())));
            return items;
        }
        for (int i = 0; i < input.size(); i++) {
            add(items, input.get(i), path + "[" + i + "]");
        }
        return items;
    }

    private static void add(List<Turn.Input> items, JsonNode item, String path) {
        String usual = ItemFields.isReference(item::has) ? "item_reference" : "message";
        switch (item.path("type").asText(usual)) {
            case "function_call" -> items.add(new Turn.Beside(Kind.CALL, JsonValue.of(Map.of(
                    "call_id", item.path("call_id").asText(), "name", item.path("name").asText(),
                    "arguments", item.path("arguments").asText()))));
            case "function_call_output" -> items.add(new Turn.Beside(Kind.OUTPUT, JsonValue.of(Map.of(
                    "call_id", item.path("call_id").asText(), "output", item.path("output")))));
            case "reasoning" -> items.add(new Turn.Beside(Kind.THOUGHT, JsonValue.of(Map.of("text", thought(item)))));
            case "message" -> items.add(message(item, path));
            case "item_reference" -> items.add(reference(item.path("id").asText()));
            default -> {
            } // what a search or code has brought is in the reply that follows; other kinds were to be ignored
        }
    }

    private static Turn.Input reference(String id) {
        return new Turn.Referred(id, ItemIds.entry(id), ItemIds.index(id), id.startsWith(ItemIds.OUTPUT));
    }

    private static String thought(JsonNode item) {
        StringBuilder text = new StringBuilder();
        item.path("content").forEach(part -> text.append(part.path("text").asText()));
        return text.toString();
    }

    private static Turn.Input message(JsonNode item, String path) {
        String role = item.path("role").asText();
        JsonNode content = item.path("content");
        if (role.equals("system") || role.equals("developer")) {
            return new Turn.Beside(
                    Kind.INSTRUCTION, JsonValue.of(Map.of("role", role, "content", instruction(content, path))));
        }
        boolean user = role.equals("user");
        return new Turn.Said(new MessageRequest(
                user ? Role.USER : Role.ASSISTANT,
                content.isTextual() ? JsonValue.of(content.textValue()) : JsonValue.of(parts(content, user, path)),
                null, null));
    }

    private static JsonNode instruction(JsonNode content, String path) {
        for (int i = 0; i < content.size(); i++) {
            if (!content.get(i).has("text")) {
                throw misplaced(content.get(i), path + ".content[" + i + "]");
            }
        }
        return content;
    }

    private static BadRequestException misplaced(JsonNode part, String path) {
        return BadRequestException.of(
                "A part of type '" + part.path("type").asText() + "' cannot be in a message of this role.",
                path + ".type", "invalid_value");
    }

    /** The parts in the form of the Assistants API; files, which it does not have, in their own. */
    private static ArrayNode parts(JsonNode content, boolean user, String path) {
        ArrayNode parts = Json.object().putArray("content");
        for (int i = 0; i < content.size(); i++) {
            JsonNode part = content.get(i);
            String at = path + ".content[" + i + "]";
            switch (part.path("type").asText()) {
                case "input_image" -> {
                    if (!user) {
                        throw misplaced(part, at);
                    }
                    parts.add(image(part));
                }
                case "input_file" -> {
                    if (!user) {
                        throw misplaced(part, at);
                    }
                    parts.add(file(part));
                }
                case "refusal" -> parts.addObject().put("type", "text").put("text", part.path("refusal").asText());
                default -> parts.addObject().put("type", "text").put("text", part.path("text").asText());
            }
        }
        return parts;
    }

    private static ObjectNode file(JsonNode part) {
        ObjectNode file = Json.object().put("type", "input_file");
        for (String name : List.of("file_id", "file_data", "filename")) {
            if (part.hasNonNull(name)) {
                file.put(name, part.path(name).asText());
            }
        }
        return file;
    }

    private static ObjectNode image(JsonNode part) {
        String kind = part.hasNonNull("file_id") ? "image_file" : "image_url";
        ObjectNode image = Json.object().put("type", kind);
        ObjectNode value = image.putObject(kind);
        if (kind.equals("image_file")) {
            value.put("file_id", part.path("file_id").asText());
        } else {
            value.put("url", part.path("image_url").asText());
        }
        String detail = part.path("detail").asText("auto");
        value.put("detail", detail.equals("original") ? "high" : detail);
        return image;
    }
}
