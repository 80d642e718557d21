package dev.runnel.protocol.vectorstore;

import dev.runnel.protocol.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A request that changes a file in a vector store.
 *
 * @param attributes replaces the old attributes as a whole; null removes them
 */
public record AttributesChange(@Nullable JsonValue attributes) {}
