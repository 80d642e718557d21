package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that changes a vector store. A null component is left out of the JSON, and changes nothing.
 *
 * @param metadata replaces the old metadata as a whole; at most 16 pairs
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VectorStoreChange(
        @Nullable String name, @Nullable StoreExpiry expiresAfter, @Nullable Map<String, String> metadata) {}
