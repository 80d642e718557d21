package dev.runnel.protocol.responses;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;

/**
 * A conversation: a thread, as the Responses API shows it.
 *
 * @param createdAt in seconds since the epoch
 * @param metadata at most 16 pairs
 */
@JsonPropertyOrder({"id", "object"})
public record ConversationObject(String id, long createdAt, Map<String, String> metadata) {

    /** Always {@code "conversation"}. */
    @JsonProperty
    public String object() {
        return "conversation";
    }
}
