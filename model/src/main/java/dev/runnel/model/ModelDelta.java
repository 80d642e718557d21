package dev.runnel.model;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.chat.ChatUsage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of a model's reply. */
public sealed interface ModelDelta {

    /**
     * The model server that answers. A model that chooses among several servers says so before all else.
     *
     * @param server the name of the model server
     * @param model the name that it has for the model
     * @param detours for each server that failed before it its name and how it failed; empty if the first one answers
     */
    record Answered(String server, String model, List<String> detours) implements ModelDelta {
        /** Keeps a copy of the list. */
        public Answered {
            detours = List.copyOf(detours);
        }
    }

    /** More text. Never empty. */
    record Text(String text) implements ModelDelta {}

    /** More of a refusal. Never empty. */
    record Refusal(String text) implements ModelDelta {}

    /** More of the model's reasoning before its answer; never part of a message. */
    record Reasoning(String text) implements ModelDelta {}

    /**
     * A fragment of a tool call.
     *
     * @param position which call, counted from 0 without gaps
     * @param id the call's id, the same in every fragment
     * @param name the function's name, the same in every fragment
     * @param arguments the text to append to the call's arguments; may be empty
     * @param extra members of the call that the protocol does not have, to be sent back to the model server; null if
     *     none
     */
    record ToolCall(int position, String id, String name, String arguments, @Nullable JsonValue extra)
            implements
                ModelDelta {}

    /** The usage of the reply; the last one counts. */
    record Used(ChatUsage usage) implements ModelDelta {}

    /**
     * The reply ends.
     *
     * @param reason {@code stop}, {@code length}, {@code tool_calls} or {@code content_filter}
     */
    record Finished(String reason) implements ModelDelta {}
}
