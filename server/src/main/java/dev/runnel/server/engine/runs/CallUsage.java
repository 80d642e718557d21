package dev.runnel.server.engine.runs;

import dev.runnel.model.ModelDelta;
import dev.runnel.protocol.Usage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.chat.ChatUsage;
import dev.runnel.server.engine.prompts.Tokens;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that one model call has used so far. Where the model server reports nothing or zero, they are counted
 * here. For the worker's thread alone.
 */
final class CallUsage {
    private final ChatRequest prompt;
    private final StringBuilder said = new StringBuilder();
    private final StringBuilder thought = new StringBuilder();
    private int calls;
    private boolean begun;
    private @Nullable ChatUsage told;
    private @Nullable Usage counted;

    CallUsage(ChatRequest prompt) {
        this.prompt = prompt;
    }

    void add(ModelDelta delta) {
        begun |= !(delta instanceof ModelDelta.Answered);
        counted = null;
        switch (delta) {
            case ModelDelta.Text text -> said.append(text.text());
            case ModelDelta.Refusal refusal -> said.append(refusal.text());
            case ModelDelta.Reasoning reasoning -> thought.append(reasoning.text());
            case ModelDelta.ToolCall call -> {
                if (call.position() == calls) {
                    calls++;
                    said.append(call.name());
                }
                said.append(call.arguments());
            }
            case ModelDelta.Used used -> told = used.usage();
            case ModelDelta.Finished _,ModelDelta.Answered _ -> {
            }
        }
    }

    /** Whether any piece of the reply has arrived. */
    boolean begun() {
        return begun;
    }

    /**
     * The tokens used; none if the model server did not begin to answer. Counting is slow: not to be called for each
     * delta.
     */
    Usage usage() {
        Usage known = counted;
        if (known == null) {
            known = count();
            counted = known;
        }
        return known;
    }

    private Usage count() {
        if (!begun) {
            return Usage.NONE;
        }
        ChatUsage known = told == null ? new ChatUsage(0, 0, 0, 0, 0) : told;
        long promptTokens = known.promptTokens() > 0 ? known.promptTokens() : Tokens.of(prompt);
        if (known.completionTokens() > 0) {
            return Usage.of(promptTokens, known.completionTokens(), known.cachedTokens(), known.reasoningTokens());
        }
        long thoughtTokens = Tokens.of(thought);
        return Usage.of(promptTokens, Tokens.of(said) + thoughtTokens, known.cachedTokens(), thoughtTokens);
    }
}
