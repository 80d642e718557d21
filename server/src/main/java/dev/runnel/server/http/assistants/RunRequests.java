package dev.runnel.server.http.assistants;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.protocol.ToolOutputsRequest.ToolOutput;
import dev.runnel.protocol.TruncationStrategy;
import dev.runnel.server.engine.runs.RunLimits;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Fields.Kind;
import dev.runnel.server.http.fields.Limits;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests that create runs or submit the outputs of tools. The limits are those of OpenAI's published OpenAPI
 * document, with one exception: token budgets begin at 16, as observed at the hosted service.
 */
final class RunRequests {
    private static final int MIN_BUDGET = 16;

    private RunRequests() {}

    /** A request that creates a run on an existing thread. */
    static RunRequest run(Fields f) {
        return run(f, null, f.string("additional_instructions", ModelFields.MAX_INSTRUCTIONS),
                f.objects("additional_messages", 1_000, ThreadRequests::message), null);
    }

    /** A request that creates a thread and a run on it. */
    static RunRequest threadAndRun(Fields f) {
        ThreadRequest thread = f.part("thread", ThreadRequests::thread);
        return run(f, Objects.requireNonNullElseGet(thread, ThreadRequest::of), null, null,
                FileReferences.toolResources(f));
    }

    private static RunRequest run(
            Fields f,
            @Nullable ThreadRequest thread,
            @Nullable String additionalInstructions,
            @Nullable List<MessageRequest> additionalMessages,
            @Nullable JsonValue toolResources) {
        return new RunRequest(
                f.requiredString("assistant_id", Limits.ID),
                thread,
                f.string("model", Limits.MODEL),
                f.string("instructions", ModelFields.MAX_INSTRUCTIONS),
                additionalInstructions,
                additionalMessages,
                f.objects("tools", 20, ToolFields::tool),
                toolResources,
                f.decimal("temperature", 0, 2),
                f.decimal("top_p", 0, 1),
                ModelFields.responseFormat(f),
                ModelFields.reasoningEffort(f),
                f.integer("max_prompt_tokens", MIN_BUDGET, Integer.MAX_VALUE),
                f.integer("max_completion_tokens", MIN_BUDGET, Integer.MAX_VALUE),
                truncation(f),
                ToolFields.toolChoice(f),
                f.bool("parallel_tool_calls"),
                f.metadata("metadata"),
                f.bool("stream"));
    }

    private static @Nullable TruncationStrategy truncation(Fields f) {
        return f.part("truncation_strategy", strategy -> strategy.kinds("type", List.of(
                new Kind<>("auto", auto -> truncation("auto", auto.integer("last_messages", 1, Integer.MAX_VALUE))),
                new Kind<>("last_messages", last -> truncation(
                        "last_messages", last.requiredInteger("last_messages", 1, Integer.MAX_VALUE))))));
    }

    private static TruncationStrategy truncation(String type, @Nullable Long count) {
        return new TruncationStrategy(type, count == null ? null : Math.toIntExact(count));
    }

    static ToolOutputsRequest toolOutputs(Fields f) {
        List<ToolOutput> outputs = f.requiredObjects(
                "tool_outputs",
                0,
                RunLimits.CALLS,
                o -> new ToolOutput(
                        o.requiredString("tool_call_id", Limits.ID),
                        Objects.requireNonNullElse(o.string("output", Integer.MAX_VALUE), "")));
        return new ToolOutputsRequest(outputs, f.bool("stream"));
    }
}
