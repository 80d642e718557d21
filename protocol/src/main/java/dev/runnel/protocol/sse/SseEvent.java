package dev.runnel.protocol.sse;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One dispatched server-sent event.
 *
 * @param type the event's type: the {@code event} field, or {@code "message"} where the stream gave none
 * @param data the {@code data} lines joined by LF, as UTF-8; not copied, so treat it as read-only
 * @param id the last {@code id} field seen on the stream so far, also of an earlier event; null if there was none yet
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes go to a JSON parser as they are; events are never compared
public record SseEvent(String type, byte[] data, @Nullable String id) {

    /** The data as text. */
    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }
}
