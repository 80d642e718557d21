package dev.runnel.server.tool;

import dev.runnel.protocol.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The result of a call.
 *
 * @param output the output for the model
 * @param shown the object that the finished step has under the tool's kind; null to leave it as it was shown piece by
 *     piece
 */
public record ToolResult(String output, @Nullable JsonValue shown) {
    /** A result that adds nothing to what the step shows. */
    public static ToolResult of(String output) {
        return new ToolResult(output, null);
    }
}
