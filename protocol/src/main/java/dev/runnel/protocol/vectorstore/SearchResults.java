package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The passages that a search of a vector store found.
 *
 * @param searchQuery the questions that were searched for
 * @param data what was found, the best first
 * @param hasMore whether there is another page
 * @param nextPage the token of the next page; null if there is none
 */
@JsonPropertyOrder({"object", "searchQuery"})
public record SearchResults(
        List<String> searchQuery, List<SearchResult> data, boolean hasMore, @Nullable String nextPage) {

    /** Makes absent lists empty. */
    public SearchResults {
        searchQuery = List.copyOf(Objects.requireNonNullElse(searchQuery, List.of()));
        data = List.copyOf(Objects.requireNonNullElse(data, List.of()));
    }

    /** Always {@code "vector_store.search_results.page"}. */
    @JsonProperty
    public String object() {
        return "vector_store.search_results.page";
    }
}
