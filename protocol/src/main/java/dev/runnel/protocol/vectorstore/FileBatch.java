package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Objects;

/** Files that were added to a vector store by one request. */
@JsonPropertyOrder({"id", "object"})
public record FileBatch(String id, long createdAt, String vectorStoreId, BatchStatus status, FileCounts fileCounts) {

    /** Makes absent counts zeros. */
    public FileBatch {
        fileCounts = Objects.requireNonNullElse(fileCounts, FileCounts.NONE);
    }

    /** Always {@code "vector_store.file_batch"}. */
    @JsonProperty
    public String object() {
        return "vector_store.file_batch";
    }
}
