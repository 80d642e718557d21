package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;

/**
 * A thread: a conversation that messages are added to and runs read from. (Named so as not to hide {@link Thread}.)
 *
 * @param createdAt in seconds since the epoch, as every time of the protocol
 * @param metadata at most 16 pairs; never null
 * @param toolResources the resources of the thread's tools, as they are on the wire; may be empty
 */
@JsonPropertyOrder({"id", "object"})
public record AssistantThread(String id, long createdAt, Map<String, String> metadata, JsonValue toolResources) {

    /** Makes absent collections empty. */
    public AssistantThread {
        metadata = Absent.orEmpty(metadata);
        toolResources = Absent.orEmpty(toolResources);
    }

    /** Always {@code "thread"}. */
    @JsonProperty
    public String object() {
        return "thread";
    }
}
