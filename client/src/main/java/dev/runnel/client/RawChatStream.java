package dev.runnel.client;

import dev.runnel.client.transport.ByteBudget;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.JoinedChunks;
import dev.runnel.protocol.sse.SseEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The data of a streamed chat completion's events, not parsed: for a relay to pass on. It is used like a {@link ChatStream},
 * but errors inside the stream are passed on as data.
 *
 * <p>It leaves out events that are neither a chunk nor an error: empty data, and events with names that the protocol does not
 * have. It puts an error in another form, such as plain text, into the protocol's envelope. It turns a whole completion, sent
 * instead of a stream, into one chunk, and takes chunks apart that came in one event.
 */
public final class RawChatStream implements AutoCloseable {
    /** {@code [DONE]}, also as a JSON string, in lower case, or in other words; or a model's own end of text. */
    private static final Pattern DONE = Pattern.compile(
            "(?is)\"?(\\[(DONE|END|EOS|STOP|FINISH|FINISHED|COMPLETE|COMPLETED)].*|DONE\"?|<\\|\\w{1,30}\\|>|</s>)");

    /** Data that says nothing: servers send it as a sign of life. */
    private static final Pattern NOTHING = Pattern.compile(
            "(?i)|null|\"\"|\\[]|\\{}|\"?(ping|pong|keep-?alive|heart-?beat|true|ok)\"?");
    /** No end mark and no sign of life is longer, in bytes. */
    private static final int MAX_WORD = 200;
    private static final Pattern ERROR_TEXT = Pattern.compile("(?is)\\W{0,9}(error|exception|fatal)\\b.*");

    private final EventSource source;
    private final ArrayDeque<byte[]> ready = new ArrayDeque<>(0);
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
        byte[] data = ready.poll();
        while (data == null && !doneSeen) {
            SseEvent event = source.next();
            if (event == null && source.isEmpty()) {
                throw source.endedEarly("it closed without any event");
            } else if (event == null) {
                return null;
            }
            data = data(event);
        }
        return data;
    }

    /** The next event's data if it has arrived already; null if not, or at the end. Never waits. */
    public byte @Nullable [] nextArrived() {
        byte[] data = ready.poll();
        while (data == null && !doneSeen) {
            SseEvent event = source.nextArrived();
            if (event == null) {
                return null;
            }
            data = data(event);
        }
        return data;
    }

    /** The data to pass on for an event; null for none. Of several, the others become ready. */
    private byte @Nullable [] data(SseEvent event) {
        byte[] data = event.data();
        boolean usual = data.length > 2 && data[0] == '{' && event.type().equals("message");
        if (usual && !JoinedChunks.likely(data)) {
            return data;
        }
        String type = event.type().toLowerCase(Locale.ROOT);
        List<byte[]> parts = JoinedChunks.split(data);
        if (type.equals(EventSource.WHOLE_BODY) && (parts.size() == 1 || isDone(parts.get(1)))) {
            ready.add(whole(parts.get(0)));
            doneSeen = true;
        } else {
            parts.forEach(part -> take(type, part));
        }
        return ready.poll();
    }

    /** Takes the data of an event, or a part of it. */
    private void take(String type, byte[] data) {
        if (doneSeen) {
            return;
        }
        boolean last = isDone(data) || type.equals("done");
        byte[] taken = isDone(data) ? null : ofType(type, data);
        if (taken != null) {
            ready.add(taken);
        }
        if (last) {
            doneSeen = true;
            close(); // a server may keep the connection open after it
        }
    }

    private static boolean isDone(byte[] data) {
        return data.length <= MAX_WORD && DONE.matcher(text(data)).matches();
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8).strip();
    }

    private static byte @Nullable [] ofType(String type, byte[] data) {
        String word = data.length <= MAX_WORD ? text(data) : "…";
        return switch (type) {
            case "error", "exception", "fatal" -> word.isEmpty() ? null : error(data);
            case "message", EventSource.WHOLE_BODY -> NOTHING.matcher(word).matches()
                    ? null
                    : !ChatJson.isObject(data) && ERROR_TEXT.matcher(text(data)).matches() ? error(data) : data;
            default -> isOurs(data) ? data : null;
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
