package dev.runnel.protocol.responses;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An item that a request brings: a message, the output of a function, or an item of an earlier response.
 *
 * @param json the item as it is on the wire
 */
public record InputItem(@com.fasterxml.jackson.annotation.JsonValue JsonValue json) {

    /** For Jackson. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public InputItem {}

    /** A message from the user. */
    public static InputItem user(String text) {
        return message("user", text);
    }

    /** An instruction that stays in the conversation. */
    public static InputItem developer(String text) {
        return message("developer", text);
    }

    /**
     * A message.
     *
     * @param role {@code user}, {@code assistant}, {@code system} or {@code developer}
     */
    public static InputItem message(String role, String text) {
        return of("message", "role", role, "content", text);
    }

    /** The output of a function, for the call with this {@code call_id}. */
    public static InputItem functionOutput(String callId, String output) {
        return of("function_call_output", "call_id", callId, "output", output);
    }

    /** An item of an earlier response, to be sent again: for servers that keep no responses. */
    public static InputItem of(ResponseItem item) {
        return new InputItem(JsonValue.of(Json.tree(item)));
    }

    /** The same message with an image from the web after its content. */
    public InputItem withImageUrl(String url) {
        return with(members("type", "input_image", "image_url", url, "detail", "auto"));
    }

    /** The same message with an uploaded image after its content. */
    public InputItem withImageFile(String fileId) {
        return with(members("type", "input_image", "file_id", fileId, "detail", "auto"));
    }

    /** The same message with an uploaded file after its content. */
    public InputItem withFile(String fileId) {
        return with(members("type", "input_file", "file_id", fileId));
    }

    private InputItem with(Map<String, String> part) {
        JsonValue content = json.get("content");
        JsonValue parts = content.isText()
                ? JsonValue.of(List.of(members("type", "input_text", "text", content.text())))
                : content;
        return new InputItem(json.with(Map.of("content", parts.withElement(part))));
    }

    private static InputItem of(String type, String... namesAndValues) {
        return new InputItem(JsonValue.of(Map.of("type", type)).with(members(namesAndValues)));
    }

    /** In this order, so that requests can be read by people. */
    private static Map<String, String> members(String... namesAndValues) {
        Map<String, String> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return members;
    }
}
