package dev.runnel.server.search;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A query for chunks.
 *
 * @param stores the ids of the vector stores to search
 * @param questions one question, or several that are searched for together
 * @param filter the files to search, or null for all
 * @param limit the largest number of chunks to find, from 1 to {@link #MAX_LIMIT}
 * @param threshold the lowest score, from 0 to 1
 */
public record SearchQuery(
        Set<String> stores, List<Question> questions, @Nullable AttributeFilter filter, int limit, double threshold) {
    /** The largest limit. */
    public static final int MAX_LIMIT = 50;

    /** A question. Immutable, provided that the caller does not change the vector. */
    public static final class Question {
        private final String words;
        private final float @Nullable [] vector;

        /**
         * A question with words, their meaning, or both.
         *
         * @param words the words of the person or model; empty to search by the vector alone
         * @param vector the question's vector, of length 1 and by the model that made the chunks' vectors; null to
         *     search by words alone
         */
        public Question(String words, float @Nullable [] vector) {
            this.words = words;
            this.vector = vector;
        }

        /** The words of the person or model; may be empty. */
        public String words() {
            return words;
        }

        /** The question's vector; null to search by words alone. */
        public float @Nullable [] vector() {
            return vector;
        }
    }

    /** Checks the limits. */
    public SearchQuery {
        stores = Set.copyOf(stores);
        questions = List.copyOf(questions);
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("the limit must be from 1 to " + MAX_LIMIT);
        }
    }
}
