package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that creates a message. A null component is left out of the JSON.
 *
 * @param role {@link Role#USER} or {@link Role#ASSISTANT}
 * @param content a string, or an array of parts, as it is on the wire: here a text part's text is a plain string, unlike in a
 *     {@link Message}
 * @param attachments files for tools
 * @param metadata at most 16 pairs
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MessageRequest(
        Role role,
        JsonValue content,
        @Nullable List<JsonValue> attachments,
        @Nullable Map<String, String> metadata) {

    /** A message from the user. */
    public static MessageRequest user(String text) {
        return new MessageRequest(Role.USER, JsonValue.of(text), null, null);
    }

    /** A message in the name of the assistant. */
    public static MessageRequest assistant(String text) {
        return new MessageRequest(Role.ASSISTANT, JsonValue.of(text), null, null);
    }

    /** The same message with an image from the web after its content. */
    public MessageRequest withImageUrl(String url) {
        return with(part("image_url", Map.of("url", url)));
    }

    /**
     * The same message with an image after its content.
     *
     * @param fileId a file that was uploaded for the purpose {@code vision}
     */
    public MessageRequest withImageFile(String fileId) {
        return with(part("image_file", Map.of("file_id", fileId)));
    }

    private MessageRequest with(JsonValue part) {
        JsonValue parts = content.isText() ? JsonValue.of(List.of(part("text", content.text()))) : content;
        return new MessageRequest(role, parts.withElement(part), attachments, metadata);
    }

    private static JsonValue part(String type, Object value) {
        return JsonValue.EMPTY_OBJECT.with(Map.of("type", type)).with(Map.of(type, value));
    }

    /** The same message with a file attached, for these tools. Without tools the file is only kept with the message. */
    public MessageRequest withAttachment(String fileId, Tool... tools) {
        JsonValue attachment = JsonValue.EMPTY_OBJECT.with(Map.of("file_id", fileId));
        if (tools.length > 0) {
            attachment = attachment.with(Map.of("tools", List.of(tools)));
        }
        List<JsonValue> all = new ArrayList<>(attachments == null ? List.of() : attachments);
        all.add(attachment);
        return new MessageRequest(role, content, List.copyOf(all), metadata);
    }

    /** The same message with this metadata instead of its own: at most 16 pairs. */
    public MessageRequest withMetadata(Map<String, String> pairs) {
        return new MessageRequest(role, content, attachments, Map.copyOf(pairs));
    }
}
