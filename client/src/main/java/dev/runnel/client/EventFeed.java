package dev.runnel.client;

import org.jspecify.annotations.Nullable;

/**
 * The source of a stream's events, until the object that they tell of rests. Pulled by one thread; closed by any.
 *
 * @param <E> the type of the events
 */
interface EventFeed<E> extends AutoCloseable {

    /** The next event, or null when the object rests: it does not change any more by itself. */
    @Nullable
    E next();

    /** The sequence number of the last event; before the first one, that of the event that the feed starts after. */
    long lastEventId();

    /** Whether the numbers tell which events the reader has had already. If not, all events are new. */
    boolean numbered();

    @Override
    void close();
}
