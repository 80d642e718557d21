package dev.runnel.client;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunEvents;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.sse.SseEvent;
import org.jspecify.annotations.Nullable;

/** Reads the events of a run. */
final class RunEventReader implements EventReader<RunEvent> {
    private boolean rests;

    /** Whether a run does not go on by itself. */
    static boolean rests(RunStatus status) {
        return status.terminal() || status == RunStatus.REQUIRES_ACTION;
    }

    @Override
    public String subject() {
        return "the run";
    }

    @Override
    public @Nullable RunEvent read(SseEvent event) {
        RunEvent read = RunEvents.decode(event.type(), event.data());
        return read instanceof RunEvent.Done ? null : read;
    }

    @Override
    public @Nullable ApiError error(RunEvent event) {
        return event instanceof RunEvent.Failed failed ? failed.error() : null;
    }

    @Override
    public boolean rests(RunEvent event) {
        if (event instanceof RunEvent.RunChanged changed) {
            rests = rests(changed.run().status());
        }
        return rests;
    }
}
