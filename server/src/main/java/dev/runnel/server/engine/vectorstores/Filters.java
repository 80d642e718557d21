package dev.runnel.server.engine.vectorstores;

import dev.runnel.protocol.JsonValue;
import dev.runnel.server.search.AttributeFilter;
import dev.runnel.server.search.AttributeFilter.Comparison;
import dev.runnel.server.search.AttributeValue;
import java.util.List;
import java.util.Locale;

/** Makes filters by the attributes of files of the JSON that requests have of them. Static and without state. */
public final class Filters {
    private Filters() {}

    /** The filter of checked JSON. */
    public static AttributeFilter of(JsonValue json) {
        String type = json.get("type").text();
        return switch (type) {
            case "and" -> combined(json, false);
            case "or" -> combined(json, true);
            case "in" -> oneOf(json, false);
            case "nin" -> oneOf(json, true);
            default -> new AttributeFilter.Compares(
                    json.get("key").text(), Comparison.valueOf(type.toUpperCase(Locale.ROOT)),
                    AttributeValue.of(json.get("value").toJava()));
        };
    }

    private static AttributeFilter oneOf(JsonValue json, boolean negated) {
        return new AttributeFilter.OneOf(
                json.get("key").text(),
                json.get("value").elements().stream().map(value -> AttributeValue.of(value.toJava())).toList(),
                negated);
    }

    private static AttributeFilter combined(JsonValue json, boolean any) {
        List<AttributeFilter> filters = json.get("filters").elements().stream().map(Filters::of).toList();
        return filters.isEmpty()
                ? new AttributeFilter.OneOf("", List.of(), !any) // all of none is true, one of none is not
                : new AttributeFilter.Combines(filters, any);
    }
}
