package dev.runnel.server.engine.handover;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a node asks of another one: to carry out a call, or to let go of what it has for a thread that was deleted.
 *
 * @param tool the tool's kind
 * @param kept what the tool has kept with the thread; null if nothing
 * @param call null if the thread was deleted
 */
record Request(String tool, @Nullable JsonValue kept, @Nullable Call call) {
    /**
     * A call of a run.
     *
     * @param id of the call, as the step shows it
     * @param index of the call in its step
     */
    record Call(String runId, long stepsBefore, String id, int index, String arguments) {}

    static Request parse(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), Request.class);
    }

    String json() {
        return Json.tree(this).toString();
    }
}
