package dev.runnel.client;

import dev.runnel.client.transport.ByteBudget;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunEvents;
import dev.runnel.protocol.sse.SseEvent;
import org.jspecify.annotations.Nullable;

/** The events of one response. */
final class SseFeed implements RunFeed {
    private final EventSource source;
    private boolean rests;
    private boolean ended;

    /** @param seen the number of the event that the response starts after */
    SseFeed(Transport.Response response, ByteBudget budget, long seen) {
        source = new EventSource(response, budget).startingAfter(seen);
    }

    @Override
    public @Nullable RunEvent next() {
        if (ended) {
            return null;
        }
        SseEvent event = source.next();
        if (event == null) {
            ended = true;
            if (!rests) {
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
            throw new ApiException(200, failed.error(), source.requestId(), null, false);
        }
        if (decoded instanceof RunEvent.RunChanged changed) {
            rests = RunFeed.rests(changed.run().status());
        }
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

    @Override
    public long lastEventId() {
        return source.position();
    }

    @Override
    public void close() {
        source.close();
    }
}
