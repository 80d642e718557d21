package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that changes a thread. A null component is left out of the JSON, and changes nothing.
 *
 * @param metadata replaces the old metadata as a whole; at most 16 pairs
 * @param toolResources replaces the old resources as a whole
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ThreadChange(@Nullable Map<String, String> metadata, @Nullable JsonValue toolResources) {}
