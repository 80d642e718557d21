package dev.runnel.server.store.rows;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Usage;
import java.util.Map;

/**
 * What must be remembered of a tool step and is not shown: kept beside the step, from when its calls wait for their outputs.
 *
 * @param used what the model call used; shown when the step ends
 * @param extras by a call's id, its members that the protocol does not have, which some model servers want back with the call,
 *     and as {@code id} the model server's own, where the call has another here
 */
public record StepNotes(Usage used, Map<String, JsonValue> extras) {}
