package dev.runnel.protocol.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole chat completion.
 *
 * @param created in seconds since the epoch
 * @param usage null if the server sent none
 */
public record ChatCompletion(
        String id, String model, long created, List<Choice> choices, @Nullable ChatUsage usage) {

    /** The first choice's text; empty if there is none. */
    public String text() {
        return choices.isEmpty() ? "" : choices.get(0).content();
    }

    /**
     * One answer.
     *
     * @param reasoning the model's reasoning before its answer; not part of the content
     * @param finishReason {@code stop}, {@code length}, {@code tool_calls}, {@code content_filter} or another; null if unknown
     */
    public record Choice(
            int index,
            String content,
            String refusal,
            String reasoning,
            List<ToolCallSlots.ToolCall> toolCalls,
            @Nullable String finishReason) {}
}
