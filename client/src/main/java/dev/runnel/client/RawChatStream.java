package dev.runnel.client;

import dev.runnel.client.transport.ByteBudget;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.sse.SseEvent;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The data of a streamed chat completion's events, not parsed: for a relay to pass on. It is used like a {@link ChatStream},
 * but errors inside the stream are passed on as data.
 *
 * <p>It leaves out events that are neither a chunk nor an error: empty data, and events with names that the protocol does not
 * have. It puts an error in another form, such as plain text, into the protocol's envelope. It turns a whole completion, sent
 * instead of a stream, into one chunk.
 */
public final class RawChatStream implements AutoCloseable {
    /** {@code [DONE]}, also as a JSON string or in lower case. */
    private static final Pattern DONE = Pattern.compile("(?is)\"?(\\[DONE].*|DONE\"?)");

    /** Data that says nothing: servers send it as a sign of life. */
    private static final Set<String> NOTHING = Set.of("", "null", "\"\"", "[]", "{}");
    private static final Pattern ERROR_TEXT = Pattern.compile("(?is)\\W{0,9}(error|exception|fatal)\\b.*");

    private final EventSource source;
    private boolean doneSeen;

    RawChatStream(Transport.Response response, ByteBudget budget) {
        this.source = EventSource.ofModelServer(response, budget);
    }

    /**
     * The next event's data, or null at {@code [DONE]} or the end of the body.
     *
     * @throws BrokenStreamException if the connection broke or fell silent, or no event came at all
     * @throws ApiException if an error came instead of a stream
     */
    public byte @Nullable [] next() {
        while (!doneSeen) {
            SseEvent event = source.next();
            if (event == null && source.isEmpty()) {
                throw source.endedEarly("it closed without any event");
            } else if (event == null) {
                return null;
            }
            byte[] data = data(event);
            if (data != null) {
                return data;
            }
        }
        return null;
    }

    /** The next event's data if it has arrived already; null if not, or at the end. Never waits. */
    public byte @Nullable [] nextArrived() {
        while (!doneSeen) {
            SseEvent event = source.nextArrived();
            byte[] data = event == null ? null : data(event);
            if (event == null || data != null) {
                return data;
            }
        }
        return null;
    }

    /** The data to pass on for an event; null for none. */
    private byte @Nullable [] data(SseEvent event) {
        byte[] data = event.data();
        boolean usual = data.length > 2 && data[0] == '{' && event.type().equals("message");
        return usual ? data : unusual(event);
    }

    private byte @Nullable [] unusual(SseEvent event) {
        String text = event.text().strip();
        if (DONE.matcher(text).matches() || event.type().equals("done")) {
            doneSeen = true;
            close(); // a server may keep the connection open after it
            return null;
        }
        return switch (event.type()) {
            case EventSource.WHOLE_BODY -> whole(event.data());
            case "error" -> text.isEmpty() ? null : error(event.data());
            case "message" -> NOTHING.contains(text)
                    ? null
                    : ERROR_TEXT.matcher(text).matches() ? error(event.data()) : event.data();
            default -> isOurs(event.data()) ? event.data() : null;
        };
    }

    private static byte[] error(byte[] data) {
        try {
            if (ChatJson.namedErrorIn(data).isPresent()) {
                return data;
            }
        } catch (JsonException e) {
            // Plain text.
        }
        return ApiError.parse(data).toJson();
    }

    /** Whether an event with a name that the protocol does not have is still a chunk or an error. */
    private static boolean isOurs(byte[] data) {
        try {
            return ChatJson.hasChoices(data) || ChatJson.namedErrorIn(data).isPresent();
        } catch (JsonException e) {
            return false;
        }
    }

    private byte[] whole(byte[] body) {
        doneSeen = true;
        try {
            Optional<ApiError> error = ChatJson.errorIn(body);
            return error.isPresent() ? error.get().toJson()
                    : ChatJson.writeChunk(ChatJson.completionAsChunk(body), false);
        } catch (JsonException e) {
            throw source.broken("the server answered with JSON that is not a completion, instead of a stream: "
                    + ApiError.parse(body).message(), e);
        }
    }

    /** Whether {@code [DONE]} came, rather than just the body's end. */
    public boolean doneSeen() {
        return doneSeen;
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
