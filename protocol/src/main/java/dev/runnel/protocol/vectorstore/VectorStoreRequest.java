package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that creates a vector store. A null component is left out of the JSON.
 *
 * @param fileIds the files that it begins with; at most 500
 * @param expiresAfter after what time without use it expires; null for never
 * @param chunkingStrategy how the files are cut into chunks; null for {@link ChunkingStrategy#AUTO}
 * @param metadata at most 16 pairs
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VectorStoreRequest(
        @Nullable String name,
        @Nullable String description,
        @Nullable List<String> fileIds,
        @Nullable StoreExpiry expiresAfter,
        ChunkingStrategy.@Nullable Static chunkingStrategy,
        @Nullable Map<String, String> metadata) {

    /** A store of this name. */
    public static VectorStoreRequest named(String name) {
        return new VectorStoreRequest(name, null, null, null, null, null);
    }
}
