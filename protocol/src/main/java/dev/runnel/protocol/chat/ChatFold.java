package dev.runnel.protocol.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The fold of a streamed chat completion: its chunks in, the whole completion out. Not thread-safe. Adding a chunk costs time in
 * proportion to the chunk.
 */
public final class ChatFold {
    private final Supplier<String> toolCallIds;
    private final Map<Integer, GrowingChoice> choices = new TreeMap<>();
    private String id = "";
    private String model = "";
    private long created;
    private @Nullable ChatUsage usage;

    /**
     * An empty fold.
     *
     * @param toolCallIds makes an id for a tool call that comes without one
     */
    public ChatFold(Supplier<String> toolCallIds) {
        this.toolCallIds = toolCallIds;
    }

    /** Adds one chunk. */
    public void apply(ChatChunk chunk) {
        id = id.isEmpty() ? chunk.id() : id;
        model = model.isEmpty() ? chunk.model() : model;
        created = created == 0 ? chunk.created() : created;
        usage = chunk.usage() == null ? usage : chunk.usage();
        for (ChatChunk.Choice choice : chunk.choices()) {
            choices.computeIfAbsent(choice.index(), index -> new GrowingChoice(toolCallIds)).apply(choice);
        }
    }

    /** The completion as far as it has grown. */
    public ChatCompletion completion() {
        List<ChatCompletion.Choice> all = new ArrayList<>(choices.size());
        choices.forEach((index, choice) -> all.add(choice.snapshot(index)));
        return new ChatCompletion(id, model, created, all, usage);
    }

    private static final class GrowingChoice {
        private final StringBuilder content = new StringBuilder();
        private final StringBuilder refusal = new StringBuilder();
        private final StringBuilder reasoning = new StringBuilder();
        private final ToolCallSlots toolCalls;
        private @Nullable String finishReason;

        GrowingChoice(Supplier<String> ids) {
            toolCalls = new ToolCallSlots(ids);
        }

        void apply(ChatChunk.Choice choice) {
            ChatChunk.Delta delta = choice.delta();
            content.append(delta.content());
            refusal.append(delta.refusal());
            reasoning.append(delta.reasoning());
            delta.toolCalls().forEach(toolCalls::add);
            String reason = choice.finishReason();
            if (reason != null) {
                finishReason = finishReason == null ? reason : FinishReason.last(finishReason, reason);
            }
        }

        ChatCompletion.Choice snapshot(int index) {
            return new ChatCompletion.Choice(
                    index, content.toString(), refusal.toString(), reasoning.toString(), toolCalls.calls(),
                    finishReason);
        }
    }
}
