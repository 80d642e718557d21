package dev.runnel.client;

import org.jspecify.annotations.Nullable;

/**
 * A stream ended before its end: the connection was cut, fell silent for too long, or closed without a terminal event. What had
 * arrived was handed out before. A run goes on without its stream: read on with {@link RunsApi#attach} from the {@linkplain
 * #position() position}.
 */
public final class BrokenStreamException extends RunnelException {
    private static final long serialVersionUID = 1L;

    private final long position;
    private final long events;

    BrokenStreamException(String message, long position, long events, @Nullable Throwable cause) {
        super(message, cause);
        this.position = position;
        this.events = events;
    }

    /** The sequence number of the last event that arrived; 0 if none did or the stream does not number them. */
    public long position() {
        return position;
    }

    /** How many events arrived. */
    public long events() {
        return events;
    }
}
