package dev.runnel.client;

/**
 * Events made from objects that are read at growing intervals, for a server that keeps no stream to re-attach to. For one thread, apart from
 * {@link #close}.
 */
abstract class PollFeed<E> implements EventFeed<E> {
    /** Makes the reads; closing the feed ends them. */
    final Abortable waits = new Abortable();

    /** Pauses before each read but the first. */
    final Polling polling = new Polling();

    final Requester requester;
    private final long lastEventId;

    /** @param lastEventId the number of the last event that the reader knows */
    PollFeed(Requester requester, long lastEventId) {
        this.requester = requester;
        this.lastEventId = lastEventId;
    }

    @Override
    public final long lastEventId() {
        return lastEventId;
    }

    @Override
    public final boolean numbered() {
        return false;
    }

    @Override
    public final void close() {
        waits.abort();
    }
}
