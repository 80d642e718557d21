package dev.runnel.server.tool;

import dev.runnel.protocol.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What came of a call.
 *
 * @param output what the model is told
 * @param shown what the finished step has under the tool's kind; null if it is what was shown already, piece by piece
 */
public record ToolResult(String output, @Nullable JsonValue shown) {
    /** A result of which all is shown. */
    public static ToolResult of(String output) {
        return new ToolResult(output, null);
    }
}
