package dev.runnel.server.search;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Which files of a vector store are searched, by their attributes.
 *
 * <p>Only values of one type compare: numbers by size, strings by their UTF-16 code units, booleans for equality alone. Where a file
 * lacks the key, or has a value of another type, {@code ne} and {@code nin} hold and all else does not.
 */
public sealed interface AttributeFilter {
    /** How deep filters may nest: a comparison has depth 1. */
    int MAX_DEPTH = 8;

    /** How many comparisons a filter may have, and how many values a list in one. */
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

    /** How a file's value is compared with a filter's. */
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

    /**
     * One attribute against one value.
     */
    record Compares(String key, Comparison comparison, AttributeValue value) implements AttributeFilter {
        /** Refuses an order of booleans, by an {@link IllegalArgumentException}. */
        public Compares {
            if (!value.isOrdered() && !comparison.isEquality()) {
                throw new IllegalArgumentException(
                        "a boolean is equal to another or not, it is neither greater nor less");
            }
        }

        @Override
        public boolean matches(Map<String, AttributeValue> attributes) {
            AttributeValue there = attributes.get(key);
            return comparison.holds(there == null ? OptionalInt.empty() : there.compare(value));
        }
    }

    /**
     * One attribute against a list: it is equal to one of its values, or with {@code negated} to none.
     */
    record OneOf(String key, List<AttributeValue> values, boolean negated) implements AttributeFilter {
        /** Refuses more than {@value #MAX_SIZE} values, by an {@link IllegalArgumentException}. */
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

    /**
     * All of the filters hold, or with {@code any} at least one.
     */
    record Combines(List<AttributeFilter> filters, boolean any) implements AttributeFilter {
        /** Refuses too many comparisons or levels, or no filter at all, by an {@link IllegalArgumentException}. */
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
