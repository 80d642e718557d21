package dev.runnel.server.store.rows;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Usage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must be remembered of a tool step and is not shown: kept beside the step, from when the server has executed its own calls.
 *
 * @param used what the model call used; shown when the step ends
 * @param extras by a call's id, its members that the protocol does not have, which some model servers want back with the call,
 *     and as {@code id} the model server's own, where the call has another here
 * @param served by a call's id, what came of the calls that the server executed
 */
public record StepNotes(Usage used, Map<String, JsonValue> extras, Map<String, ServedCall> served) {
    /** Notes of a step from before servers had tools have none of their calls. */
    public StepNotes {
        served = orEmpty(served);
    }

    private static Map<String, ServedCall> orEmpty(@Nullable Map<String, ServedCall> served) {
        return served == null ? Map.of() : served;
    }

    /**
     * A call that the server executed.
     *
     * @param name the function that the model called
     * @param arguments JSON as the model wrote it
     * @param output what the model is told
     * @param shown what the finished step has under the tool's kind; null if it is what the step's deltas have come to
     */
    public record ServedCall(String name, String arguments, String output, @Nullable JsonValue shown) {}
}
