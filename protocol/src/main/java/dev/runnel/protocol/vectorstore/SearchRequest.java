package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.runnel.protocol.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A request that searches a vector store. A null component is left out of the JSON.
 *
 * @param query a question, or an array of questions that are searched for together
 * @param maxNumResults how many results at most, from 1 to 50; null for 10
 * @param filters which files to search, by their attributes, as on the wire; null for all
 * @param rankingOptions {@code ranker} and {@code score_threshold}, as on the wire; null for the defaults
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchRequest(
        JsonValue query,
        @Nullable Integer maxNumResults,
        @Nullable JsonValue filters,
        @Nullable JsonValue rankingOptions) {

    /** A question in plain words. */
    public static SearchRequest of(String question) {
        return new SearchRequest(JsonValue.of(question), null, null, null);
    }
}
