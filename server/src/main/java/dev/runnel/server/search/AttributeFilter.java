package dev.runnel.server.search;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Selects the files of a vector store to search, by their attributes.
 *
 * <p>Only values of one type can be compared: numbers by size, strings by their UTF-16 code units, booleans for
 * equality alone. If a file lacks the key, or has a value of another type, {@code ne} and {@code nin} are true, and all
 * other comparisons are false.
 */
public sealed interface AttributeFilter {
    /** How deep filters may nest: a comparison has depth 1. */
    int MAX_DEPTH = 8;

    /** How many comparisons a filter may have, and how many values a list in a comparison may have. */
    int MAX_SIZE = 100;

    /** Whether a file with these attributes is searched. */
    boolean matches(Map<String, AttributeValue> attributes);

    /** How deep this filter nests. */
    default int depth() {
        return 1;
    }

    /** How many comparisons this filter has. */
    default int size() {
        return 1;
    }

    /** How a file's value is compared with the filter's value. */
    enum Comparison {
        /** Equal. */
        EQ,
        /** Not equal. */
        NE,
        /** Greater. */
        GT,
        /** Greater or equal. */
        GTE,
        /** Less. */
        LT,
        /** Less or equal. */
        LTE;

        private boolean isEquality() {
            return this == EQ || this == NE;
        }

        private boolean holds(OptionalInt compared) {
            if (compared.isEmpty()) {
                return this == NE;
            }
            int sign = compared.getAsInt();
            return switch (this) {
                case EQ -> sign == 0;
                case NE -> sign != 0;
                case GT -> sign > 0;
                case GTE -> sign >= 0;
                case LT -> sign < 0;
                case LTE -> sign <= 0;
            };
        }
    }

    /** Compares an attribute with a value. */
    record Compares(String key, Comparison comparison, AttributeValue value) implements AttributeFilter {
        /** Throws an {@link IllegalArgumentException} for an order of booleans. */
        public Compares {
            if (!value.isOrdered() && !comparison.isEquality()) {
                throw new IllegalArgumentException(
                        "a boolean can only be compared with eq or ne");
            }
        }

        @Override
        public boolean matches(Map<String, AttributeValue> attributes) {
            AttributeValue there = attributes.get(key);
            return comparison.holds(there == null ? OptionalInt.empty() : there.compare(value));
        }
    }

    /** Compares an attribute with a list: it must equal one of the values, or with {@code negated} none of them. */
    record OneOf(String key, List<AttributeValue> values, boolean negated) implements AttributeFilter {
        /** Throws an {@link IllegalArgumentException} for more than {@value #MAX_SIZE} values. */
        public OneOf {
            values = List.copyOf(values);
            if (values.size() > MAX_SIZE) {
                throw new IllegalArgumentException("a list in a filter has at most " + MAX_SIZE + " values");
            }
        }

        @Override
        public boolean matches(Map<String, AttributeValue> attributes) {
            AttributeValue there = attributes.get(key);
            boolean found = there != null
                    && values.stream().anyMatch(value -> Comparison.EQ.holds(there.compare(value)));
            return found != negated;
        }
    }

    /** Combines filters: all of them must be true, or with {@code any} at least one. */
    record Combines(List<AttributeFilter> filters, boolean any) implements AttributeFilter {
        /** Throws an {@link IllegalArgumentException} for too many comparisons or levels, or for no filter at all. */
        public Combines {
            filters = List.copyOf(filters);
            if (filters.isEmpty()) {
                throw new IllegalArgumentException("a compound filter needs at least one filter");
            }
            if (depthOf(filters) > MAX_DEPTH) {
                throw new IllegalArgumentException("filters nest at most " + MAX_DEPTH + " deep");
            }
            if (sizeOf(filters) > MAX_SIZE) {
                throw new IllegalArgumentException("a filter has at most " + MAX_SIZE + " comparisons");
            }
        }

        @Override
        public boolean matches(Map<String, AttributeValue> attributes) {
            return any
                    ? filters.stream().anyMatch(filter -> filter.matches(attributes))
                    : filters.stream().allMatch(filter -> filter.matches(attributes));
        }

        @Override
        public int depth() {
            return depthOf(filters);
        }

        @Override
        public int size() {
            return sizeOf(filters);
        }

        private static int depthOf(List<AttributeFilter> filters) {
            return 1 + filters.stream().mapToInt(AttributeFilter::depth).max().orElse(0);
        }

        private static int sizeOf(List<AttributeFilter> filters) {
            return filters.stream().mapToInt(AttributeFilter::size).sum();
        }
    }
}
