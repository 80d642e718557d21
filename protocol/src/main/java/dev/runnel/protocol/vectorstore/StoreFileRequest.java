package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.runnel.protocol.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A request that adds a file to a vector store. A null component is left out of the JSON.
 *
 * @param chunkingStrategy how it is cut into chunks; null for {@link ChunkingStrategy#AUTO}
 * @param attributes at most 16 pairs by which searches may select files: strings, numbers and booleans
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoreFileRequest(
        String fileId, ChunkingStrategy.@Nullable Static chunkingStrategy, @Nullable JsonValue attributes) {

    /** A file without attributes, cut in the usual way. */
    public static StoreFileRequest of(String fileId) {
        return new StoreFileRequest(fileId, null, null);
    }
}
