package dev.runnel.server.engine.vectorstores;

import dev.runnel.server.search.AttributeFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A search in vector stores.
 *
 * @param questions one question, or several that are searched for together; they are not rewritten
 * @param maxResults how many passages at most, from 1 to 50
 * @param threshold the lowest score, from 0 to 1
 * @param filter which files to search, by their attributes; null for all
 */
public record StoreQuery(
        List<String> questions, int maxResults, double threshold, @Nullable AttributeFilter filter) {
    /** Copies the questions. */
    public StoreQuery {
        questions = List.copyOf(questions);
    }
}
