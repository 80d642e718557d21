package dev.runnel.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.json.JsonMerge;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run step that deltas are added to. Function calls, whose arguments come a token at a time, have an accumulator of their own;
 * every other kind of call goes through the general merge.
 */
final class GrowingStep {
    private final RunStep base;
    private final List<Call> calls = new ArrayList<>();
    private boolean grown;

    GrowingStep(RunStep base) {
        this.base = base;
        if (base.stepDetails() instanceof StepDetails.ToolCalls details) {
            details.toolCalls().forEach(call -> calls.add(Call.of(call)));
        }
    }

    /** The step as its last snapshot event gave it; its details may be out of date. */
    RunStep base() {
        return base;
    }

    void grow(List<ToolCallDelta> deltas) {
        grown = true;
        for (ToolCallDelta delta : deltas) {
            int at = Math.min(delta.index(), calls.size());
            if (at == calls.size()) {
                calls.add(Call.startedBy(delta));
            } else if (!calls.get(at).grow(delta)) {
                calls.set(at, Call.startedBy(delta));
            }
        }
    }

    RunStep snapshot() {
        if (!grown) {
            return base;
        }
        List<StepToolCall> details = new ArrayList<>(calls.size());
        calls.forEach(call -> details.add(call.snapshot()));
        return base.withDetails(new StepDetails.ToolCalls(details));
    }

    private abstract static sealed class Call {
        /** Adds a delta; false if it is of another kind than this call, and so replaces it. */
        abstract boolean grow(ToolCallDelta delta);

        abstract StepToolCall snapshot();

        static Call startedBy(ToolCallDelta delta) {
            Call call = delta instanceof ToolCallDelta.Function ? new FunctionCall() : new OtherCall();
            call.grow(delta);
            return call;
        }

        static Call of(StepToolCall call) {
            if (call instanceof StepToolCall.Function function) {
                FunctionCall growing = new FunctionCall();
                growing.id = function.id();
                growing.name = function.function().name();
                growing.arguments.append(function.function().arguments());
                growing.output = function.function().output();
                return growing;
            }
            OtherCall growing = new OtherCall();
            growing.merge.merge((ObjectNode) Json.tree(call));
            return growing;
        }
    }

    private static final class FunctionCall extends Call {
        private String id = "";
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();
        private @Nullable String output;

        @Override
        boolean grow(ToolCallDelta delta) {
            if (!(delta instanceof ToolCallDelta.Function function)) {
                return false;
            }
            id += Absent.orEmpty(function.id());
            name += Absent.orEmpty(function.name());
            arguments.append(Absent.orEmpty(function.arguments()));
            String more = function.output();
            if (more != null) {
                output = Absent.orEmpty(output) + more;
            }
            return true;
        }

        @Override
        StepToolCall snapshot() {
            return new StepToolCall.Function(id, new StepToolCall.Function.Call(name, arguments.toString(), output));
        }
    }

    private static final class OtherCall extends Call {
        private final JsonMerge merge = new JsonMerge();

        @Override
        boolean grow(ToolCallDelta delta) {
            if (!(delta instanceof ToolCallDelta.Other other)) {
                return false;
            }
            merge.merge((ObjectNode) Json.tree(other.json()));
            return true;
        }

        @Override
        StepToolCall snapshot() {
            ObjectNode json = merge.snapshot();
            json.remove("index");
            return Json.convert(json, StepToolCall.class);
        }
    }
}
