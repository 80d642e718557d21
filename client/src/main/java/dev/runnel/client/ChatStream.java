package dev.runnel.client;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatFold;
import dev.runnel.protocol.chat.ChatJson;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The chunks of a chat completion. */
public final class ChatStream extends EventStream<ChatChunk> {
    private final RawChatStream raw;
    private @Nullable ChatFold fold = new ChatFold(() -> "call_" + UUID.randomUUID().toString().replace("-", ""));
    private boolean finishSeen;
    private boolean ended;

    ChatStream(RawChatStream raw) {
        this.raw = raw;
    }

    @Override
    public @Nullable ChatChunk next() {
        if (ended) {
            return null;
        }
        byte[] data = raw.next();
        if (data == null) {
            ended = true;
            if (!raw.doneSeen() && !finishSeen) {
                throw raw.endedEarly("it closed without [DONE] or a finish reason");
            }
            return null;
        }
        return taken(data);
    }

    /** The next chunk if it has arrived already; null if not, or at the end. Never waits; throws what {@link #next} throws. */
    public @Nullable ChatChunk nextArrived() {
        byte[] data = ended ? null : raw.nextArrived();
        return data == null ? null : taken(data);
    }

    private ChatChunk taken(byte[] data) {
        ChatChunk chunk = read(data);
        if (fold != null) {
            fold.apply(chunk);
        }
        for (ChatChunk.Choice choice : chunk.choices()) {
            finishSeen |= choice.finishReason() != null;
        }
        return chunk;
    }

    private ChatChunk read(byte[] data) {
        ChatChunk chunk;
        try {
            chunk = ChatJson.readChunk(data);
        } catch (JsonException e) {
            close();
            throw raw.broken("a chunk is not readable: " + e.getMessage() + ": " + ApiError.parse(data).message(), e);
        }
        Optional<ApiError> error = mayBeError(chunk) ? ChatJson.errorIn(data) : Optional.empty();
        if (error.isPresent()) {
            close();
            throw new ApiException(200, error.get(), raw.requestId(), null, false);
        }
        return chunk;
    }

    /** Whether a chunk says nothing that a chunk should: only then is it worth a second look. */
    private static boolean mayBeError(ChatChunk chunk) {
        for (ChatChunk.Choice choice : chunk.choices()) {
            String reason = choice.finishReason();
            if (reason == null ? !choice.delta().equals(ChatChunk.Delta.EMPTY) : !reason.equals("error")) {
                return false;
            }
        }
        return true;
    }

    /**
     * Keeps nothing of what arrives: for those who take the chunks and have no use for {@link #completion()}.
     *
     * @return this stream
     */
    public ChatStream unfolded() {
        fold = null;
        return this;
    }

    /** The texts that the first choice grows by, as they come. */
    public Iterable<String> textDeltas() {
        return texts(ChatChunk::text);
    }

    /**
     * Reads to the end, and answers the whole completion.
     *
     * @throws IllegalStateException if the stream is {@linkplain #unfolded() unfolded}
     */
    public ChatCompletion finalCompletion() {
        ChatFold whole = kept();
        drain();
        return whole.completion();
    }

    /**
     * What has arrived so far, as one completion.
     *
     * @throws IllegalStateException if the stream is {@linkplain #unfolded() unfolded}
     */
    public ChatCompletion completion() {
        return kept().completion();
    }

    private ChatFold kept() {
        if (fold == null) {
            throw new IllegalStateException("the stream keeps nothing: it is unfolded");
        }
        return fold;
    }

    @Override
    public void close() {
        raw.close();
    }
}
