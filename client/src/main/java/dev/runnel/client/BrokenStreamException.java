package dev.runnel.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream ended before its end: its connection broke, fell silent for too long, or was closed without a last event. Everything that had
 * arrived was handed out before. A run goes on without its stream: {@link RunsApi#resume} reads on from the {@linkplain #position()
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

    /** @param retry how long the stream asked to wait before connecting again; null if it did not */
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

    /** The same break, of a run that is known. */
    BrokenStreamException at(@Nullable Position known) {
        BrokenStreamException broken = new BrokenStreamException(String.valueOf(getMessage()), lastEventId, events,
                known, retry, getCause());
        broken.setStackTrace(getStackTrace());
        return broken;
    }

    /** How long the stream asked to wait before connecting again; null if it did not. */
    @Nullable
    Duration retry() {
        return retry;
    }

    /** Never: the server has begun the work. Read on from a run's position instead. */
    @Override
    public boolean isRetrySafe() {
        return false;
    }

    /** Where a run's stream broke off; empty for a chat completion, and if no event with the run's id had arrived. */
    public Optional<Position> position() {
        return Optional.ofNullable(position);
    }

    /** The sequence number of the last event that arrived; 0 if none did or the stream does not number them. */
    public long lastEventId() {
        return lastEventId;
    }

    /** How many events arrived. */
    public long events() {
        return events;
    }
}
