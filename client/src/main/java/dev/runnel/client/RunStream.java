package dev.runnel.client;

import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunEvents;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.sse.SseEvent;
import org.jspecify.annotations.Nullable;

/**
 * The events of a run, up to where it ends or requires action. {@link RunEvent.Done} itself is not handed out: {@link #next}
 * answers null there. Closing the stream does not end the run.
 */
public final class RunStream extends EventStream<RunEvent> {
    private final EventSource source;
    private final RunFold fold = new RunFold();
    private boolean ended;

    RunStream(EventSource source) {
        this.source = source;
    }

    @Override
    public @Nullable RunEvent next() {
        if (ended) {
            return null;
        }
        SseEvent event = source.next();
        if (event == null) {
            ended = true;
            if (!atRest()) {
                throw source.endedEarly("it closed before the run ended");
            }
            return null;
        }
        RunEvent decoded = decode(event);
        if (decoded instanceof RunEvent.Done) {
            ended = true;
            source.close(); // a server may keep the connection open after it
            return null;
        }
        if (decoded instanceof RunEvent.Failed failed) {
            source.close();
            throw new ApiException(200, failed.error(), source.requestId(), null);
        }
        fold.apply(decoded);
        return decoded;
    }

    private RunEvent decode(SseEvent event) {
        try {
            return RunEvents.decode(event.type(), event.data());
        } catch (JsonException e) {
            source.close();
            throw source.broken("the event " + event.type() + " is not readable: " + e.getMessage(), e);
        }
    }

    private boolean atRest() {
        return fold.run()
                .map(run -> run.status().terminal() || run.status() == RunStatus.REQUIRES_ACTION)
                .orElse(false);
    }

    /** The run, its messages and steps as far as they have arrived. To be read by the stream's thread. */
    public RunFold fold() {
        return fold;
    }

    /** The sequence number of the last event; 0 if there is none yet or the server does not number them. */
    public long position() {
        return source.position();
    }

    @Override
    public void close() {
        source.close();
    }
}
