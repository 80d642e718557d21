package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The text of a file in a vector store, as it is searched.
 *
 * @param data the file's chunks, in order
 * @param hasMore whether there is another page
 * @param nextPage the token of the next page; null if there is none
 */
@JsonPropertyOrder({"object", "data"})
public record FileContent(List<TextPart> data, boolean hasMore, @Nullable String nextPage) {

    /** Makes absent data empty. */
    public FileContent {
        data = List.copyOf(Objects.requireNonNullElse(data, List.of()));
    }

    /** Always {@code "vector_store.file_content.page"}. */
    @JsonProperty
    public String object() {
        return "vector_store.file_content.page";
    }
}
