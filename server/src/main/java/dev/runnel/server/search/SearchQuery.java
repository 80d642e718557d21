package dev.runnel.server.search;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for, and where.
 *
 * @param stores in which
 * @param questions one, or several that are looked for at once
 * @param filter which files, or null for all
 * @param limit how many chunks at most, from 1 to {@link #MAX_LIMIT}
 * @param threshold the least score, from 0 to 1
 */
public record SearchQuery(
        Set<String> stores, List<Question> questions, @Nullable AttributeFilter filter, int limit, double threshold) {
    /** As many chunks as can be asked for. */
    public static final int MAX_LIMIT = 50;

    /** A question. Immutable, as long as nobody changes the vector that was given. */
    public static final class Question {
        private final String words;
        private final float @Nullable [] vector;

        /**
         * With words and their meaning.
         *
         * @param words as the person or model put it; empty to search by the vector alone
         * @param vector of it, of length 1 and by the model that made the chunks' vectors, or null to search by words alone
         */
        public Question(String words, float @Nullable [] vector) {
            this.words = words;
            this.vector = vector;
        }

        /** As the person or model put it; may be empty. */
        public String words() {
            return words;
        }

        /** Null to search by words alone. */
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
