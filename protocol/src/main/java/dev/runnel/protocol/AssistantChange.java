package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that changes an assistant. A null component is left out of the JSON, and changes nothing; the limits are those of
 * {@link AssistantRequest}. (On the wire an explicit null sets a field back to its default.)
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AssistantChange(
        @Nullable String model,
        @Nullable String name,
        @Nullable String description,
        @Nullable String instructions,
        @Nullable List<Tool> tools,
        @Nullable JsonValue toolResources,
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable JsonValue responseFormat,
        @Nullable String reasoningEffort,
        @Nullable Map<String, String> metadata) {}
