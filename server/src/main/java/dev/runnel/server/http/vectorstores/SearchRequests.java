package dev.runnel.server.http.vectorstores;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.engine.vectorstores.Filters;
import dev.runnel.server.engine.vectorstores.StoreQuery;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.FilterFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Reads requests that search a store. */
final class SearchRequests {
    private static final int MAX_QUESTION = 32_768;
    private static final int MAX_QUESTIONS = 16;
    private static final int USUAL_RESULTS = 10;
    private static final int MAX_RESULTS = 50;

    private SearchRequests() {}

    static StoreQuery query(Fields f) {
        List<String> questions = new ArrayList<>();
        f.textOr("query",
                one -> questions.add(one.requiredString("query", MAX_QUESTION)),
                many -> questions.addAll(many.strings("query", 1, MAX_QUESTIONS, MAX_QUESTION)));
        f.bool("rewrite_query");
        Long results = f.integer("max_num_results", 1, MAX_RESULTS);
        Double threshold = f.part("ranking_options", SearchRequests::threshold);
        ObjectNode filters = f.nested("filters", FilterFields::check);
        return new StoreQuery(
                questions, results == null ? USUAL_RESULTS : results.intValue(),
                Objects.requireNonNullElse(threshold, 0.0),
                filters == null ? null : Filters.of(JsonValue.of(filters)));
    }

    /** Every ranker ranks in the same way. */
    private static double threshold(Fields f) {
        f.choice("ranker", "none", "auto", "default-2024-11-15");
        return Objects.requireNonNullElse(f.decimal("score_threshold", 0, 1), 0.0);
    }
}
