package dev.runnel.protocol.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One chunk of a streamed chat completion. Members that a server leaves out are empty strings, empty lists or zero.
 *
 * @param created in seconds since the epoch
 * @param usage null in all but, usually, the last chunk; the last one that is not null holds
 */
public record ChatChunk(
        String id, String model, long created, List<Choice> choices, @Nullable ChatUsage usage) {

    /** A chunk of one choice, the first. */
    public static ChatChunk of(String id, String model, long created, Delta delta, @Nullable String finishReason) {
        return new ChatChunk(id, model, created, List.of(new Choice(0, delta, finishReason)), null);
    }

    /** The text this chunk adds to the first choice; empty if it adds none. */
    public String text() {
        for (Choice choice : choices) {
            if (choice.index() == 0) {
                return choice.delta().content();
            }
        }
        return "";
    }

    /**
     * The new part of one choice.
     *
     * @param finishReason {@code stop}, {@code length}, {@code tool_calls}, {@code content_filter} or another; null until it ends
     */
    public record Choice(int index, Delta delta, @Nullable String finishReason) {}

    /**
     * The delta of one choice.
     *
     * @param role empty in all but, usually, the first chunk
     * @param reasoning the model's reasoning before its answer; never part of the content
     */
    public record Delta(
            String role, String content, String refusal, String reasoning, List<ToolCallFragment> toolCalls) {
        /** Nothing new. */
        public static final Delta EMPTY = new Delta("", "", "", "", List.of());

        /** Whether it has neither text nor reasoning nor a part of a tool call. */
        public boolean saysNothing() {
            return content.isEmpty() && refusal.isEmpty() && reasoning.isEmpty() && toolCalls.isEmpty();
        }

        /** The first delta: the role. */
        public static Delta role(String role) {
            return new Delta(role, "", "", "", List.of());
        }

        /** More text. */
        public static Delta content(String content) {
            return new Delta("", content, "", "", List.of());
        }
    }
}
