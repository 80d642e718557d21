package dev.runnel.client;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.sse.SseEvent;
import org.jspecify.annotations.Nullable;

/**
 * Reads the server-sent events of one stream. For one thread.
 *
 * @param <E> the type of the events
 */
interface EventReader<E> {

    /** The object that the stream tells of, in words: {@code the run}. */
    String subject();

    /**
     * Reads an event; null for the mark at a stream's end.
     *
     * @throws dev.runnel.protocol.JsonException if it is not readable
     */
    @Nullable
    E read(SseEvent event);

    /** The error that an event tells of, because of which the stream cannot go on; null if it tells of none. */
    @Nullable
    ApiError error(E event);

    /** Whether the object rests after this event, so that the stream may end without a mark. */
    boolean rests(E event);

    /**
     * The event's sequence number.
     *
     * @param id the number in the last {@code id:} line
     */
    default long number(E event, long id) {
        return id;
    }
}
