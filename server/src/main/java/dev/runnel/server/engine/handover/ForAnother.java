package dev.runnel.server.engine.handover;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.server.engine.runs.EndableCall;
import dev.runnel.server.log.HiddenEvent;
import dev.runnel.server.tool.ToolContext;
import dev.runnel.server.tool.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The run of a call that is carried out for another node: what the call shows and keeps goes into the answer. */
final class ForAnother implements ToolContext {
    private final Run run;
    private final Request.Call call;
    private final EndableCall ending;
    private final List<Answer.Progress> progress = new ArrayList<>();
    private @Nullable JsonValue kept;
    private boolean changed;

    /** @param ending ends the call */
    ForAnother(Run run, Request.Call call, @Nullable JsonValue kept, EndableCall ending) {
        this.run = run;
        this.call = call;
        this.kept = kept;
        this.ending = ending;
    }

    Answer answer(Optional<ToolResult> result) {
        return result.isPresent()
                ? new Answer(result.get(), null, progress, changed ? kept : null)
                : Answer.NONE;
    }

    @Override
    public Run run() {
        return run;
    }

    @Override
    public long stepsBefore() {
        return call.stepsBefore();
    }

    @Override
    public Optional<JsonValue> kept() {
        return Optional.ofNullable(kept);
    }

    @Override
    public void keep(JsonValue more) {
        kept = more;
        changed = true;
    }

    @Override
    public void show(JsonValue more) {
        progress.add(new Answer.Progress(more, null));
    }

    @Override
    public void tell(HiddenEvent event) {
        progress.add(new Answer.Progress(null, event));
    }

    @Override
    public <C extends AutoCloseable> C closeAtEnd(C resource) {
        return ending.hold(resource);
    }
}
