package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that changes a message or a run. Only their metadata can be changed.
 *
 * @param metadata replaces the old metadata as a whole; at most 16 pairs; null changes nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MetadataChange(@Nullable Map<String, String> metadata) {}
