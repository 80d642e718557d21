package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A collection of files that can be searched together.
 *
 * @param createdAt in seconds since the epoch, as every time of the protocol
 * @param name its name; empty if it has none
 * @param description what it is for; null if it has none
 * @param usageBytes how many bytes its chunks and their vectors take
 * @param fileCounts how many of its files are in which state
 * @param expiresAfter after what time without use it expires; null for never
 * @param expiresAt when it expires if it is not used before; null for never
 * @param lastActiveAt when it was last used
 * @param metadata at most 16 pairs; never null
 */
@JsonPropertyOrder({"id", "object", "createdAt", "name"})
public record VectorStore(
        String id,
        long createdAt,
        String name,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String description,
        long usageBytes,
        FileCounts fileCounts,
        StoreStatus status,
        @Nullable StoreExpiry expiresAfter,
        @Nullable Long expiresAt,
        @Nullable Long lastActiveAt,
        Map<String, String> metadata) {

    /** Makes absent values empty. */
    public VectorStore {
        name = Objects.requireNonNullElse(name, "");
        fileCounts = Objects.requireNonNullElse(fileCounts, FileCounts.NONE);
        metadata = metadata == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** Always {@code "vector_store"}. */
    @JsonProperty
    public String object() {
        return "vector_store";
    }
}
