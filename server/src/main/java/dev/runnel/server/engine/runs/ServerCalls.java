package dev.runnel.server.engine.runs;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.ToolCallDelta;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.store.rows.StepNotes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How steps and their deltas show calls of the server's own tools: {@code {"id": …, "type": T, T: {…}}}. T is the
 * tool's kind, and the object under it is what the tool shows.
 */
final class ServerCalls {
    private ServerCalls() {}

    /** The first delta of a call. */
    static ToolCallDelta start(int index, String id, String type, JsonValue shown) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("index", index);
        json.put("id", id);
        json.put("type", type);
        json.put(type, shown);
        return new ToolCallDelta.Other(index, JsonValue.of(json));
    }

    /** A later delta of a call. */
    static ToolCallDelta more(int index, String type, JsonValue more) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("index", index);
        json.put("type", type);
        json.put(type, more);
        return new ToolCallDelta.Other(index, JsonValue.of(json));
    }

    /** The step after its calls were carried out: each call shows its tool's result. */
    static RunStep shown(RunStep step, StepNotes notes) {
        return showing(step, notes, StepNotes.ServedCall::shown);
    }

    /** The finished step with what only those see who ask to include it. */
    static RunStep whole(RunStep step, StepNotes notes) {
        return showing(step, notes, StepNotes.ServedCall::whole);
    }

    private static RunStep showing(
            RunStep step, StepNotes notes, Function<StepNotes.ServedCall, @Nullable JsonValue> view) {
        return step.stepDetails() instanceof StepDetails.ToolCalls details
                ? step.withDetails(new StepDetails.ToolCalls(
                        details.toolCalls().stream().map(call -> showing(call, notes, view)).toList()))
                : step;
    }

    private static StepToolCall showing(
            StepToolCall call, StepNotes notes, Function<StepNotes.ServedCall, @Nullable JsonValue> view) {
        StepNotes.ServedCall served = notes.served().get(call.id());
        JsonValue shown = served == null ? null : view.apply(served);
        return shown == null
                ? call
                : Json.convert(
                        Json.object().put("id", call.id()).put("type", call.type()).set(call.type(), Json.tree(shown)),
                        StepToolCall.class);
    }
}
