package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.runnel.protocol.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that adds files to a vector store, given by their ids or each with settings of its own. A null component is left
 * out of the JSON.
 *
 * @param fileIds the files; 1 to 2,000
 * @param files the files instead, each with settings of its own; 1 to 2,000
 * @param chunkingStrategy for the files given by their ids; null for {@link ChunkingStrategy#AUTO}
 * @param attributes for the files given by their ids
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FileBatchRequest(
        @Nullable List<String> fileIds,
        @Nullable List<StoreFileRequest> files,
        ChunkingStrategy.@Nullable Static chunkingStrategy,
        @Nullable JsonValue attributes) {

    /** Files without attributes, cut in the usual way. */
    public static FileBatchRequest of(List<String> fileIds) {
        return new FileBatchRequest(fileIds, null, null, null);
    }
}
