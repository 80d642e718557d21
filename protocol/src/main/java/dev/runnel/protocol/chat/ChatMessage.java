package dev.runnel.protocol.chat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.runnel.protocol.JsonValue;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message of a chat request.
 *
 * @param role {@code system}, {@code developer}, {@code user}, {@code assistant} or {@code tool}
 * @param content a string, an array of parts, or null beside tool calls
 * @param toolCalls the calls an assistant's message made, as they are on the wire; null if none
 * @param toolCallId the call that a tool's message answers; null in other messages
 */
public record ChatMessage(
        String role,
        JsonValue content,
        @Nullable List<JsonValue> toolCalls,
        @JsonProperty("tool_call_id") @Nullable String toolCallId) {

    /** Makes absent content null on the wire. */
    public ChatMessage {
        content = content == null ? JsonValue.NULL : content;
    }

    /** Instructions. */
    public static ChatMessage system(String text) {
        return new ChatMessage("system", JsonValue.of(text), null, null);
    }

    /** A message from the user. */
    public static ChatMessage user(String text) {
        return new ChatMessage("user", JsonValue.of(text), null, null);
    }

    /** A message from the assistant. */
    public static ChatMessage assistant(String text) {
        return new ChatMessage("assistant", JsonValue.of(text), null, null);
    }

    /** The calls the assistant made, as they are on the wire. */
    public static ChatMessage assistantCalls(List<JsonValue> toolCalls) {
        return new ChatMessage("assistant", JsonValue.NULL, toolCalls, null);
    }

    /** The assistant's message of a completion, with its calls, as a message of the next request. */
    public static ChatMessage of(ChatCompletion.Choice choice) {
        String said = choice.content().isEmpty() ? choice.refusal() : choice.content();
        List<JsonValue> calls = choice.toolCalls().stream().map(ToolCallSlots.ToolCall::toJson).toList();
        JsonValue content = said.isEmpty() && !calls.isEmpty() ? JsonValue.NULL : JsonValue.of(said);
        return new ChatMessage("assistant", content, calls.isEmpty() ? null : calls, null);
    }

    /** The output of a tool. */
    public static ChatMessage tool(String toolCallId, String output) {
        return new ChatMessage("tool", JsonValue.of(output), null, toolCallId);
    }

    /** The same message with an image after its content: an image on the web, or a {@code data:} URL. */
    public ChatMessage withImageUrl(String url) {
        JsonValue parts = content.isText() ? JsonValue.of(List.of(part("text", content.text()))) : content;
        return new ChatMessage(role, parts.withElement(part("image_url", Map.of("url", url))), toolCalls, toolCallId);
    }

    /**
     * The same message with an image after its content. The request carries the image.
     *
     * @param mediaType {@code image/png}, {@code image/jpeg}, {@code image/gif} or {@code image/webp}
     */
    public ChatMessage withImage(byte[] image, String mediaType) {
        return withImageUrl("data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(image));
    }

    private static JsonValue part(String type, Object value) {
        return JsonValue.EMPTY_OBJECT.with(Map.of("type", type)).with(Map.of(type, value));
    }

    /** The content's text: the string, or its text parts joined. */
    public String text() {
        if (content.isText()) {
            return content.text();
        }
        StringBuilder text = new StringBuilder();
        for (JsonValue part : content.elements()) {
            text.append(part.get("text").text());
        }
        return text.toString();
    }
}
