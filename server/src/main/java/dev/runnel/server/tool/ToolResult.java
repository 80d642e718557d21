package dev.runnel.server.tool;

import dev.runnel.protocol.JsonValue;
import dev.runnel.server.base.HandedFiles;
import dev.runnel.server.base.Source;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a call.
 *
 * @param output the output for the model
 * @param shown the object that the finished step has under the tool's kind; null to leave it as it was shown piece by
 *     piece
 * @param whole the same object with what only those see who ask to {@code include} it; null if there is no more
 * @param sources what the model's text may cite from now on, by the two numbers of the marker: {@code 4:0} is for
 *     {@code 【4:0†name】}
 * @param files files that the call has made for the user
 */
public record ToolResult(
        String output, @Nullable JsonValue shown, @Nullable JsonValue whole, Map<String, Source> sources,
        HandedFiles files) {
    /** Keeps an unchangeable copy. */
    public ToolResult {
        sources = Map.copyOf(sources);
    }

    /** A result that adds nothing to what the step shows. */
    public static ToolResult of(String output) {
        return of(output, null);
    }

    /** A result that the step shows as this object. */
    public static ToolResult of(String output, @Nullable JsonValue shown) {
        return new ToolResult(output, shown, null, Map.of(), HandedFiles.NONE);
    }
}
