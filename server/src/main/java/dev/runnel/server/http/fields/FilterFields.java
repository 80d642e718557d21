package dev.runnel.server.http.fields;

import dev.runnel.server.http.fields.Fields.Kind;
import java.util.ArrayList;
import java.util.List;

/** Checks filters by the attributes of files. Static and without state. */
public final class FilterFields {
    /** The name of the filters' schema, by which it refers to itself. */
    public static final String SCHEMA = "SearchFilter";

    /** How deep filters nest at most, and how many comparisons they have: as many as the search takes. */
    private static final int MAX_DEPTH = 8;
    private static final int MAX_SIZE = 100;

    private FilterFields() {}

    /** Checks a filter. Returns how many comparisons it has. */
    public static int check(Fields f) {
        return check(f, 1);
    }

    private static int check(Fields f, int depth) {
        if (depth > MAX_DEPTH) {
            throw invalid(f, "type", "filters nest at most " + MAX_DEPTH + " deep");
        }
        List<Kind<Integer>> kinds = new ArrayList<>();
        for (String equality : List.of("eq", "ne")) {
            kinds.add(new Kind<>(equality, compared -> compares(compared, true)));
        }
        for (String order : List.of("gt", "gte", "lt", "lte")) {
            kinds.add(new Kind<>(order, compared -> compares(compared, false)));
        }
        for (String list : List.of("in", "nin")) {
            kinds.add(new Kind<>(list, FilterFields::lists));
        }
        for (String combination : List.of("and", "or")) {
            kinds.add(new Kind<>(combination, all -> combines(all, depth)));
        }
        return f.kinds("type", kinds);
    }

    private static int compares(Fields f, boolean booleans) {
        String _ = f.requiredString("key", Limits.METADATA_KEY);
        Object _ = f.requiredScalar("value", booleans);
        return 1;
    }

    private static int lists(Fields f) {
        String _ = f.requiredString("key", Limits.METADATA_KEY);
        List<Object> _ = f.requiredScalars("value", MAX_SIZE);
        return 1;
    }

    private static int combines(Fields f, int depth) {
        int size = f.requiredObjects("filters", 0, MAX_SIZE, SCHEMA, inner -> check(inner, depth + 1)).stream()
                .mapToInt(Integer::intValue).sum();
        if (size > MAX_SIZE) {
            throw invalid(f, "filters", "a filter has at most " + MAX_SIZE + " comparisons");
        }
        return size;
    }

    private static BadRequestException invalid(Fields f, String name, String why) {
        return BadRequestException.of("Invalid '" + f.path(name) + "': " + why + ".", f.path(name), "invalid_value");
    }
}
