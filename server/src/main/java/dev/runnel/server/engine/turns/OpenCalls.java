package dev.runnel.server.engine.turns;

import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.server.store.rows.ThreadEntry;
import dev.runnel.server.store.rows.ThreadEntry.Extra;
import dev.runnel.server.store.rows.ThreadEntry.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls of a thread that have no output yet, as its entries come one after the other. For one thread. */
final class OpenCalls {
    private final Map<String, Open> open = new LinkedHashMap<>();

    /**
     * A call without an output.
     *
     * @param runId the run that made it; null for a call that a request brought
     * @param must whether it waits for its output, so that the thread cannot go on without
     */
    private record Open(@Nullable String runId, boolean must) {}

    /** Takes an entry that stands in the thread. */
    void add(ThreadEntry entry) {
        switch (entry) {
            case ThreadEntry.Said said -> goOn(said.runId());
            case ThreadEntry.Called called -> {
                goOn(called.runId());
                call(called);
            }
            case ThreadEntry.Beside beside when beside.extra().kind() == Kind.INSTRUCTION -> goOn(beside.runId());
            case ThreadEntry.Beside beside when beside.extra().kind() == Kind.CALL -> call(beside.extra());
            case ThreadEntry.Beside beside when beside.extra().kind() == Kind.OUTPUT -> answer(beside.extra());
            case ThreadEntry.Beside _ -> {
            }
        }
    }

    /** The thread has gone on without the outputs of earlier calls, other than those of the same run. */
    private void goOn(@Nullable String runId) {
        open.replaceAll((callId, call) -> runId != null && runId.equals(call.runId)
                ? call
                : new Open(call.runId, false));
    }

    private void call(ThreadEntry.Called called) {
        if (called.step().stepDetails() instanceof StepDetails.ToolCalls details) {
            for (StepToolCall call : details.toolCalls()) {
                if (call instanceof StepToolCall.Function function && function.function().output() == null) {
                    // a run that was cut off waits for nothing
                    open.put(call.id(), new Open(called.runId(), called.step().status() == StepStatus.COMPLETED));
                }
            }
        }
    }

    /** Takes a call that waits for its output. */
    void call(Extra call) {
        open.put(id(call), new Open(null, true));
    }

    /** Takes an output; false if it has no call. */
    boolean answer(Extra output) {
        return open.remove(id(output)) != null;
    }

    /** The id of the first call that waits for its output. */
    Optional<String> unanswered() {
        return open.entrySet().stream().filter(call -> call.getValue().must).map(Map.Entry::getKey).findFirst();
    }

    static String id(Extra extra) {
        return extra.data().get("call_id").text();
    }
}
