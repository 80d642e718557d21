package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a message is created with. A null component is left out of the JSON.
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

    /** A message of the user's. */
    public static MessageRequest user(String text) {
        return new MessageRequest(Role.USER, JsonValue.of(text), null, null);
    }

    /** A message in the assistant's name. */
    public static MessageRequest assistant(String text) {
        return new MessageRequest(Role.ASSISTANT, JsonValue.of(text), null, null);
    }
}
