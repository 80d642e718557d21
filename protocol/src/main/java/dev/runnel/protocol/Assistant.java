package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An assistant: a model, its instructions and its tools, under a name that runs refer to.
 *
 * @param createdAt in seconds since the epoch
 * @param topP nucleus sampling, 0 to 1; null if it was not set, which is written as 1.0
 * @param temperature 0 to 2; null if it was not set, which is written as 1.0
 * @param toolResources the resources of its tools, as they are on the wire; may be empty
 * @param metadata at most 16 pairs; never null
 * @param responseFormat {@code "auto"} or an object, as it is on the wire
 */
@JsonPropertyOrder({"id", "object"})
public record Assistant(
        String id,
        long createdAt,
        @Nullable String name,
        @Nullable String description,
        String model,
        @Nullable String instructions,
        List<Tool> tools,
        @JsonSerialize(nullsUsing = ShownAsOne.class) @Nullable Double topP,
        @JsonSerialize(nullsUsing = ShownAsOne.class) @Nullable Double temperature,
        @Nullable String reasoningEffort,
        JsonValue toolResources,
        Map<String, String> metadata,
        JsonValue responseFormat) {

    /** Makes absent collections empty and an absent response format {@code "auto"}. */
    public Assistant {
        tools = Absent.orEmpty(tools);
        toolResources = Absent.orEmpty(toolResources);
        metadata = Absent.orEmpty(metadata);
        responseFormat = Absent.orAuto(responseFormat);
    }

    /** Always {@code "assistant"}. */
    @JsonProperty
    public String object() {
        return "assistant";
    }
}
