package dev.runnel.client;

import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of a chat completion. With functions among its {@link ChatOptions} it goes on by itself: if a reply calls
 * functions, the reading thread calls them, and the chunks of the next reply follow.
 */
public final class ChatStream extends EventStream<ChatChunk> {
    private final ChatRounds rounds;
    private final Function<ChatRequest, RawChatStream> open;
    private final BiFunction<ChatRequest, ApiException, Optional<RawChatStream>> openAnew;
    private final Abortable waits = new Abortable();
    private volatile ChatReply reply;
    private volatile boolean closed;
    private boolean ended;

    /** Whether the first chunk of a reply has come. */
    private boolean begun;

    /**
     * @param open asks for a reply
     * @param openAnew asks in another way for a reply that began with this error; empty if none would be better
     */
    ChatStream(ChatRounds rounds, Function<ChatRequest, RawChatStream> open,
            BiFunction<ChatRequest, ApiException, Optional<RawChatStream>> openAnew) {
        this.rounds = rounds;
        this.open = open;
        this.openAnew = openAnew;
        this.reply = new ChatReply(open.apply(rounds.request()));
    }

    @Override
    public @Nullable ChatChunk next() {
        while (!ended) {
            ChatChunk chunk = begun ? reply.next() : first();
            if (chunk != null) {
                return chunk;
            }
            ended = true; // if anything fails now, the stream is over
            reply.checkEnd();
            ended = !goesOn();
        }
        return null;
    }

    /** The first chunk of the stream, if need be of another reply than the one that was opened first. */
    private @Nullable ChatChunk first() {
        begun = true;
        try {
            return reply.next();
        } catch (ApiException e) {
            boolean kept = reply.isKept();
            replaceReply(() -> openAnew.apply(rounds.request(), e).orElseThrow(() -> e));
            if (!kept) {
                reply.forget();
            }
            return reply.next();
        }
    }

    /** Whether another reply follows, because the last one called functions. */
    private boolean goesOn() {
        if (!reply.isKept() || !rounds.goesOn(reply.completion())) {
            return false;
        }
        replaceReply(() -> open.apply(rounds.request()));
        return true;
    }

    private void replaceReply(Supplier<RawChatStream> next) {
        reply.close();
        reply = new ChatReply(waits.call(next));
        if (closed) {
            reply.close();
        }
    }

    /** The next chunk if it has arrived already; null if not, or at the end. Never waits; throws what {@link #next} throws. */
    public @Nullable ChatChunk nextArrived() {
        return ended ? null : reply.nextArrived();
    }

    /**
     * Stops keeping the chunks, which saves memory: {@link #completion()} then throws an exception.
     *
     * @return this stream
     * @throws IllegalStateException if it calls functions, because it then needs the reply
     */
    public ChatStream unfolded() {
        if (rounds.callFunctions()) {
            throw new IllegalStateException("a stream that calls functions needs the reply: it cannot be unfolded");
        }
        reply.forget();
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
        reply.completion(); // is there one to return?
        drain();
        return completion();
    }

    /**
     * The current reply, as far as it has arrived, as one completion.
     *
     * @throws IllegalStateException if the stream is {@linkplain #unfolded() unfolded}
     */
    public ChatCompletion completion() {
        return reply.completion();
    }

    @Override
    public void close() {
        closed = true;
        waits.abort();
        reply.close();
    }
}
