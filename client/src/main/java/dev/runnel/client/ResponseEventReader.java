package dev.runnel.client;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseEvents;
import dev.runnel.protocol.sse.SseEvent;
import org.jspecify.annotations.Nullable;

/** Reads the events of a response. */
final class ResponseEventReader implements EventReader<ResponseEvent> {
    private static final String END = "[DONE]";

    private boolean rests;

    @Override
    public String subject() {
        return "the response";
    }

    @Override
    public @Nullable ResponseEvent read(SseEvent event) {
        boolean mayBeEnd = event.data().length == END.length();
        return mayBeEnd && event.text().equals(END) ? null : ResponseEvents.decode(event.type(), event.data());
    }

    @Override
    public @Nullable ApiError error(ResponseEvent event) {
        return event instanceof ResponseEvent.Failed failed
                ? new ApiError(failed.message(), null, failed.param(), failed.code())
                : null;
    }

    @Override
    public boolean rests(ResponseEvent event) {
        if (event instanceof ResponseEvent.Changed changed) {
            rests = changed.response().status().terminal();
        }
        return rests;
    }

    /** Not all servers send an {@code id:}, but all have the number in the data. */
    @Override
    public long number(ResponseEvent event, long id) {
        return event.sequenceNumber();
    }
}
