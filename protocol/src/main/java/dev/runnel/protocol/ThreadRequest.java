package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that creates a thread. A null component is left out of the JSON.
 *
 * @param messages its first messages; at most 32
 * @param metadata at most 16 pairs
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ThreadRequest(
        @Nullable List<MessageRequest> messages,
        @Nullable JsonValue toolResources,
        @Nullable Map<String, String> metadata) {

    /** A thread that begins with these messages. */
    public static ThreadRequest of(MessageRequest... messages) {
        return new ThreadRequest(List.of(messages), null, null);
    }

    /** The same thread with this metadata instead of its own: at most 16 pairs. */
    public ThreadRequest withMetadata(Map<String, String> pairs) {
        return new ThreadRequest(messages, toolResources, Map.copyOf(pairs));
    }
}
