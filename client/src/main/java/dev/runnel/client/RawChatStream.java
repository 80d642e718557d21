package dev.runnel.client;

import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.sse.SseEvent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The data of a streamed chat completion's events, unread: what a relay passes on. Same life as a {@link ChatStream}, but errors
 * inside the stream are handed through as the data they are.
 */
public final class RawChatStream implements AutoCloseable {
    private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

    private final EventSource source;
    private boolean doneSeen;

    RawChatStream(Transport.Response response) {
        this.source = new EventSource(response);
    }

    /**
     * The next event's data, or null at {@code [DONE]} or the end of the body.
     *
     * @throws BrokenStreamException if the connection broke or fell silent, or no event came at all
     * @throws ApiException if an error came instead of a stream
     */
    public byte @Nullable [] next() {
        if (doneSeen) {
            return null;
        }
        SseEvent event = source.next();
        if (event == null && source.isEmpty()) {
            throw source.endedEarly("it closed without any event");
        }
        return data(event);
    }

    /** The next event's data if it has arrived already; null if not, or at the end. Never waits. */
    public byte @Nullable [] nextArrived() {
        return doneSeen ? null : data(source.nextArrived());
    }

    private byte @Nullable [] data(@Nullable SseEvent event) {
        if (event == null) {
            return null;
        }
        if (startsWithDone(event.data())) {
            doneSeen = true;
            close(); // a server may keep the connection open after it
            return null;
        }
        return event.data();
    }

    /** Whether {@code [DONE]} came, rather than just the body's end. */
    public boolean doneSeen() {
        return doneSeen;
    }

    private static boolean startsWithDone(byte[] data) {
        return data.length >= DONE.length && Arrays.equals(data, 0, DONE.length, DONE, 0, DONE.length);
    }

    RunnelException endedEarly(String reason) {
        return source.endedEarly(reason);
    }

    BrokenStreamException broken(String reason, @Nullable Throwable cause) {
        return source.broken(reason, cause);
    }

    @Nullable
    String requestId() {
        return source.requestId();
    }

    @Override
    public void close() {
        source.close();
    }
}
