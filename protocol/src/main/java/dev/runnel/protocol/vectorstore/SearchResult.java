package dev.runnel.protocol.vectorstore;

import dev.runnel.protocol.JsonValue;
import java.util.List;
import java.util.Objects;

/**
 * A part of a file that a search found.
 *
 * @param score from 0 to 1
 * @param attributes the file's attributes; never null
 * @param content the text that was found
 */
public record SearchResult(
        String fileId, String filename, double score, JsonValue attributes, List<TextPart> content) {

    /** Makes absent values empty. */
    public SearchResult {
        attributes = Objects.requireNonNullElse(attributes, JsonValue.EMPTY_OBJECT);
        content = List.copyOf(Objects.requireNonNullElse(content, List.of()));
    }
}
