package dev.runnel.server.store.rows;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Usage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Data of a tool step that must be kept but is not shown. It is kept beside the step, from when the server has executed
 * its own calls.
 *
 * @param used the model call's usage; shown when the step ends
 * @param extras by call id, the call's members that the protocol does not have, which some model servers want back with
 *     the call; as {@code id} the model server's own id, if the call has another one here
 * @param served by call id, the results of the calls that the server executed
 */
public record StepNotes(Usage used, Map<String, JsonValue> extras, Map<String, ServedCall> served) {
    /** Accepts notes without served calls: they were kept before servers had tools. */
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
     * @param output the output for the model
     * @param shown the finished step's value under the tool's kind; null if the step's deltas already add up to it
     */
    public record ServedCall(String name, String arguments, String output, @Nullable JsonValue shown) {}
}
