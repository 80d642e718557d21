package dev.runnel.client;

import dev.runnel.client.transport.ByteBudget;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.sse.SseEvent;
import org.jspecify.annotations.Nullable;

/** The events of one HTTP response. */
final class SseFeed<E> implements EventFeed<E> {
    private final EventSource source;
    private final EventReader<E> reader;
    private boolean rests;
    private boolean ended;

    /** @param seen the number of the event that the response starts after */
    SseFeed(Transport.Response response, ByteBudget budget, EventReader<E> reader, long seen) {
        this.source = new EventSource(response, budget).at(seen);
        this.reader = reader;
    }

    @Override
    public @Nullable E next() {
        if (ended) {
            return null;
        }
        SseEvent event = source.next();
        if (event == null) {
            ended = true;
            if (!rests) {
                throw source.endedEarly("it closed before " + reader.subject() + " ended");
            }
            return null;
        }
        E decoded = decode(event);
        if (decoded == null) {
            ended = true;
            source.close(); // a server may keep the connection open after it
            return null;
        }
        ApiError error = reader.error(decoded);
        if (error != null) {
            source.close();
            throw new ApiException(200, error, source.requestId(), null, false);
        }
        source.at(reader.number(decoded, source.position()));
        rests = reader.rests(decoded);
        return decoded;
    }

    private @Nullable E decode(SseEvent event) {
        try {
            return reader.read(event);
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
    public boolean numbered() {
        return true;
    }

    @Override
    public void close() {
        source.close();
    }
}
