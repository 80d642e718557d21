package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outputs that a run at {@link RunStatus#REQUIRES_ACTION} waits for: one for each call, all in one request.
 *
 * @param stream whether the answer is the run's stream from then on
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ToolOutputsRequest(List<ToolOutput> toolOutputs, @Nullable Boolean stream) {
    /** Keeps an unchangeable copy. */
    public ToolOutputsRequest {
        toolOutputs = List.copyOf(toolOutputs);
    }

    /** The same request, streamed or not. */
    public ToolOutputsRequest withStream(boolean streamed) {
        return new ToolOutputsRequest(toolOutputs, streamed);
    }

    /** One call's output; a missing one counts as empty. */
    public record ToolOutput(String toolCallId, String output) {
        /** Makes an absent output empty. */
        public ToolOutput {
            output = Absent.orEmpty(output);
        }
    }
}
