package dev.runnel.server.engine.runs;

import dev.runnel.protocol.RequiredAction;
import dev.runnel.protocol.RequiredAction.FunctionToolCall;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.ToolOutputsRequest.ToolOutput;
import dev.runnel.server.engine.requests.RejectedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The outputs that a tool step waits for: asks the caller for them, checks them, and puts them into the step. */
final class ToolOutputs {
    private ToolOutputs() {}

    /** The action that a step's function calls require. */
    static RequiredAction required(RunStep step) {
        return RequiredAction.of(functions(step).stream()
                .map(call -> new FunctionToolCall(
                        call.id(), new FunctionToolCall.Call(call.function().name(), call.function().arguments())))
                .toList());
    }

    /**
     * The step with its outputs.
     *
     * @throws RejectedException unless there is exactly one output for each waiting call
     */
    static RunStep answer(RunStep step, List<ToolOutput> outputs) {
        List<String> expected = functions(step).stream().map(StepToolCall::id).toList();
        Map<String, String> given = new LinkedHashMap<>();
        outputs.forEach(output -> given.put(output.toolCallId(), output.output()));
        if (given.size() != outputs.size() || !given.keySet().equals(Set.copyOf(expected))) {
            throw RejectedException.state("Expected tool outputs for call_ids " + quoted(expected) + ", got "
                    + quoted(outputs.stream().map(ToolOutput::toolCallId).toList()));
        }
        List<StepToolCall> answered = new ArrayList<>();
        for (StepToolCall call : calls(step)) {
            String output = given.get(call.id());
            answered.add(call instanceof StepToolCall.Function function && output != null
                    ? function.withOutput(output)
                    : call);
        }
        return step.withDetails(new StepDetails.ToolCalls(answered));
    }

    /** The error for outputs that a run does not wait for. */
    static RejectedException notWaiting(Run run) {
        return RejectedException.state("Runs in status \"" + run.status().wire() + "\" do not accept tool outputs.");
    }

    private static List<StepToolCall> calls(RunStep step) {
        return step.stepDetails() instanceof StepDetails.ToolCalls details ? details.toolCalls() : List.of();
    }

    private static List<StepToolCall.Function> functions(RunStep step) {
        return calls(step).stream()
                .filter(StepToolCall.Function.class::isInstance)
                .map(StepToolCall.Function.class::cast)
                .toList();
    }

    private static String quoted(List<String> ids) {
        return ids.stream().map(id -> "'" + id + "'").collect(Collectors.joining(", ", "[", "]"));
    }
}
