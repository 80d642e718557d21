package dev.runnel.client;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatFold;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a chat completion. With functions among its {@link ChatOptions} it goes on by itself: if a reply calls
 * functions, the reading thread calls them, and the chunks of the next reply follow.
 */
public final class ChatStream extends EventStream<ChatChunk> {
    private final ChatRounds rounds;
    private final Function<ChatRequest, RawChatStream> open;
    private final Abortable waits = new Abortable();
    private volatile RawChatStream raw;
    private volatile boolean closed;
    private @Nullable ChatFold fold = newFold();
    private boolean finishSeen;
    private boolean ended;

    /** @param open asks for a reply */
    ChatStream(ChatRounds rounds, Function<ChatRequest, RawChatStream> open) {
        this.rounds = rounds;
        this.open = open;
        this.raw = open.apply(rounds.request());
    }

    private static ChatFold newFold() {
        return new ChatFold(() -> "call_" + UUID.randomUUID().toString().replace("-", ""));
    }

    @Override
    public @Nullable ChatChunk next() {
        while (!ended) {
            byte[] data = raw.next();
            if (data != null) {
                return taken(data);
            }
            ended = true; // if anything fails now, the stream is over
            if (!raw.doneSeen() && !finishSeen) {
                throw raw.endedEarly("it closed without [DONE] or a finish reason");
            }
            ended = !goesOn();
        }
        return null;
    }

    /** Whether another reply follows, because the last one called functions. */
    private boolean goesOn() {
        if (fold == null || !rounds.goesOn(fold.completion())) {
            return false;
        }
        raw.close();
        raw = waits.call(() -> open.apply(rounds.request()));
        if (closed) {
            raw.close();
        }
        fold = newFold();
        finishSeen = false;
        return true;
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

    /** Whether a chunk lacks everything that a chunk should have: only then it is checked for an error. */
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
     * Stops keeping the chunks, which saves memory: {@link #completion()} then throws an exception.
     *
     * @return this stream
     * @throws IllegalStateException if it calls functions, because it then needs the reply
     */
    public ChatStream unfolded() {
        if (rounds.callFunctions()) {
            throw new IllegalStateException("a stream that calls functions keeps the reply");
        }
        fold = null;
        return this;
    }

    /** The text fragments of the first choice, as they arrive, of all replies. */
    public Iterable<String> textDeltas() {
        return texts(ChatChunk::text);
    }

    /**
     * The conversation so far, for the next request: the request's messages, each reply that called functions, the functions'
     * outputs, and the last reply as far as it has arrived.
     *
     * @throws IllegalStateException if the stream is {@linkplain #unfolded() unfolded}
     */
    public List<ChatMessage> messages() {
        return rounds.conversation(completion());
    }

    /**
     * Reads to the end, and returns the whole completion; the last one if there are several.
     *
     * @throws IllegalStateException if the stream is {@linkplain #unfolded() unfolded}
     */
    public ChatCompletion finalCompletion() {
        kept();
        drain();
        return completion();
    }

    /**
     * The current reply, as far as it has arrived, as one completion.
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
        closed = true;
        waits.abort();
        raw.close();
    }
}
