package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.LastError;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file in a vector store.
 *
 * @param id the file's own id: a file has no other one in a store
 * @param usageBytes how many bytes its chunks and their vectors take
 * @param createdAt when it was added to the store
 * @param lastError why it failed: {@code server_error}, {@code unsupported_file} or {@code invalid_file}; null if it did not
 * @param chunkingStrategy how its text was cut into chunks
 * @param attributes at most 16 pairs by which searches may select files: strings, numbers and booleans; never null
 */
@JsonPropertyOrder({"id", "object", "usageBytes", "createdAt", "vectorStoreId"})
public record StoreFile(
        String id,
        long usageBytes,
        long createdAt,
        String vectorStoreId,
        StoreFileStatus status,
        @Nullable LastError lastError,
        ChunkingStrategy chunkingStrategy,
        JsonValue attributes) {

    /** Makes absent attributes empty, and an absent strategy {@link ChunkingStrategy.Other}. */
    public StoreFile {
        chunkingStrategy = Objects.requireNonNullElse(chunkingStrategy, new ChunkingStrategy.Other());
        attributes = Objects.requireNonNullElse(attributes, JsonValue.EMPTY_OBJECT);
    }

    /** The same file before anything was done with it. */
    public StoreFile begun() {
        return new StoreFile(
                id, 0, createdAt, vectorStoreId, StoreFileStatus.IN_PROGRESS, null, chunkingStrategy, attributes);
    }

    /** Always {@code "vector_store.file"}. */
    @JsonProperty
    public String object() {
        return "vector_store.file";
    }
}
