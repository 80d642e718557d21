package dev.runnel.server.engine.handover;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.log.HiddenEvent;
import dev.runnel.server.tool.ToolContext;
import dev.runnel.server.tool.ToolException;
import dev.runnel.server.tool.ToolResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a node answers that was asked to carry out a call.
 *
 * @param result null if it does not have what the call needs, or the call failed
 * @param failure why the run has to fail; null if it has not
 * @param progress what the call has shown and told, in its order
 * @param kept what the tool keeps with the thread from now on; null if it has not changed
 */
record Answer(@Nullable ToolResult result, @Nullable String failure, List<Progress> progress,
        @Nullable JsonValue kept) {
    /** The node does not have what the call needs. */
    static final Answer NONE = new Answer(null, null, List.of(), null);

    /** The longest answer as JSON, in characters. The output of code is a small part of it. */
    private static final int MAX_LENGTH = 4 << 20;

    /** A part of what a call has shown or told: one of the two. */
    record Progress(@Nullable JsonValue shown, @Nullable HiddenEvent told) {}

    static Answer failed(String why) {
        return new Answer(null, why, List.of(), null);
    }

    static Answer parse(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), Answer.class);
    }

    String json() {
        String json = Json.tree(this).toString();
        return json.length() <= MAX_LENGTH ? json : failed("The result of a call is too large.").json();
    }

    /**
     * Shows and keeps on the asker's side what the call has shown and kept.
     *
     * @throws ToolException if the call failed
     */
    Optional<ToolResult> carryOver(ToolContext context) throws InterruptedException {
        for (Progress one : progress) {
            if (one.shown() != null) {
                context.show(one.shown());
            }
            if (one.told() != null) {
                context.tell(one.told());
            }
        }
        if (kept != null) {
            context.keep(kept);
        }
        if (failure != null) {
            throw new ToolException(failure);
        }
        return Optional.ofNullable(result);
    }
}
