package dev.runnel.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream broke off: its connection broke, was silent for too long, or was closed without a last event. The reader got every
 * event that had arrived. A run goes on without its stream: {@link RunsApi#resume} reads on from the {@linkplain #position()
 * position}.
 */
public final class BrokenStreamException extends RunnelException {
    private static final long serialVersionUID = 1L;

    private final long lastEventId;
    private final long events;
    private final @Nullable Position position;
    private final transient @Nullable Duration retry;

    BrokenStreamException(
            String message, long lastEventId, long events, @Nullable Position position, @Nullable Throwable cause) {
        this(message, lastEventId, events, position, null, cause);
    }

    /** @param retry how long the stream asked to wait before a new connection; null if it named no time */
    BrokenStreamException(
            String message,
            long lastEventId,
            long events,
            @Nullable Position position,
            @Nullable Duration retry,
            @Nullable Throwable cause) {
        super(message, cause);
        this.retry = retry;
        this.lastEventId = lastEventId;
        this.events = events;
        this.position = position;
    }

    /** The same break, with its run. */
    BrokenStreamException at(@Nullable Position known) {
        BrokenStreamException broken = new BrokenStreamException(String.valueOf(getMessage()), lastEventId, events,
                known, retry, getCause());
        broken.setStackTrace(getStackTrace());
        return broken;
    }

    /** How long the stream asked to wait before a new connection; null if it named no time. */
    @Nullable
    Duration retry() {
        return retry;
    }

    /** Always false: the server has begun the work. Read on from the run's position instead. */
    @Override
    public boolean isRetrySafe() {
        return false;
    }

    /**
     * The position at which a run's stream broke off; empty for a chat completion and a response, and if no event with the run's id had
     * arrived.
     */
    public Optional<Position> position() {
        return Optional.ofNullable(position);
    }

    /**
     * The sequence number of the last event that arrived; 0 if none arrived, or if the server does not number events. The events
     * of a response are numbered from 0: -1 if none arrived.
     */
    public long lastEventId() {
        return lastEventId;
    }

    /** How many events arrived. */
    public long events() {
        return events;
    }
}
