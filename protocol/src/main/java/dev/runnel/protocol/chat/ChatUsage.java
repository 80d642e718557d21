package dev.runnel.protocol.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that a chat completion used.
 *
 * @param cachedTokens of the prompt's tokens, those that a cache answered
 * @param reasoningTokens of the completion's tokens, those that the model only thought
 */
public record ChatUsage(
        long promptTokens, long completionTokens, long totalTokens, long cachedTokens, long reasoningTokens) {

    /** Reads usage; empty for null or for what is no object. */
    public static Optional<ChatUsage> fromJson(@Nullable JsonNode json) {
        if (json == null || !json.isObject()) {
            return Optional.empty();
        }
        long prompt = json.path("prompt_tokens").asLong();
        long completion = json.path("completion_tokens").asLong();
        return Optional.of(new ChatUsage(
                prompt,
                completion,
                json.path("total_tokens").asLong(prompt + completion),
                json.path("prompt_tokens_details").path("cached_tokens").asLong(),
                json.path("completion_tokens_details").path("reasoning_tokens").asLong()));
    }

    /** The usage as it is on the wire. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("prompt_tokens", promptTokens).put("completion_tokens", completionTokens).put("total_tokens",
                totalTokens);
        json.putObject("prompt_tokens_details").put("cached_tokens", cachedTokens);
        json.putObject("completion_tokens_details").put("reasoning_tokens", reasoningTokens);
        return json;
    }
}
