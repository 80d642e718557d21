package dev.runnel.server.http.vectorstores;

import dev.runnel.server.engine.vectorstores.StoreQuery;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Limits;
import dev.runnel.server.search.AttributeFilter;
import dev.runnel.server.search.AttributeFilter.Comparison;
import dev.runnel.server.search.AttributeValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Reads requests that search a store. */
final class SearchRequests {
    /** The name of the filters' schema, by which it refers to itself. */
    static final String FILTER = "SearchFilter";

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
        AttributeFilter filter = f.part("filters", SearchRequests::filter);
        return new StoreQuery(
                questions, results == null ? USUAL_RESULTS : results.intValue(),
                Objects.requireNonNullElse(threshold, 0.0), filter);
    }

    /** Every ranker ranks in the same way. */
    private static double threshold(Fields f) {
        f.choice("ranker", "none", "auto", "default-2024-11-15");
        return Objects.requireNonNullElse(f.decimal("score_threshold", 0, 1), 0.0);
    }

    static AttributeFilter filter(Fields f) {
        return filter(f, 1);
    }

    private static AttributeFilter filter(Fields f, int depth) {
        if (depth > AttributeFilter.MAX_DEPTH) {
            throw invalid(f, "type", "filters nest at most " + AttributeFilter.MAX_DEPTH + " deep");
        }
        List<Fields.Kind<AttributeFilter>> kinds = new ArrayList<>();
        for (Comparison comparison : Comparison.values()) {
            kinds.add(new Fields.Kind<>(
                    comparison.name().toLowerCase(Locale.ROOT), compared -> compares(compared, comparison)));
        }
        kinds.add(new Fields.Kind<>("in", listed -> oneOf(listed, false)));
        kinds.add(new Fields.Kind<>("nin", listed -> oneOf(listed, true)));
        kinds.add(new Fields.Kind<>("and", all -> combines(all, false, depth)));
        kinds.add(new Fields.Kind<>("or", any -> combines(any, true, depth)));
        return f.kinds("type", kinds);
    }

    private static AttributeFilter compares(Fields f, Comparison comparison) {
        boolean equality = comparison == Comparison.EQ || comparison == Comparison.NE;
        String key = key(f);
        return new AttributeFilter.Compares(key, comparison, AttributeValue.of(f.requiredScalar("value", equality)));
    }

    private static AttributeFilter oneOf(Fields f, boolean negated) {
        String key = key(f);
        return new AttributeFilter.OneOf(
                key, f.requiredScalars("value", AttributeFilter.MAX_SIZE).stream().map(AttributeValue::of).toList(),
                negated);
    }

    private static String key(Fields f) {
        return f.requiredString("key", Limits.METADATA_KEY);
    }

    private static AttributeFilter combines(Fields f, boolean any, int depth) {
        List<AttributeFilter> filters = f.requiredObjects(
                "filters", 0, AttributeFilter.MAX_SIZE, FILTER, inner -> filter(inner, depth + 1));
        int size = filters.stream().mapToInt(AttributeFilter::size).sum();
        if (size > AttributeFilter.MAX_SIZE) {
            throw invalid(f, "filters", "a filter has at most " + AttributeFilter.MAX_SIZE + " comparisons");
        }
        return filters.isEmpty()
                ? new AttributeFilter.OneOf("", List.of(), !any) // all of none is true, one of none is not
                : new AttributeFilter.Combines(filters, any);
    }

    private static BadRequestException invalid(Fields f, String name, String why) {
        return BadRequestException.of("Invalid '" + f.path(name) + "': " + why + ".", f.path(name), "invalid_value");
    }
}
