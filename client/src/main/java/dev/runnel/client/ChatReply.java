package dev.runnel.client;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatFold;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChunkReader;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The chunks of one reply, and what they are together. For one thread, but any may close it. */
final class ChatReply implements AutoCloseable {
    private final RawChatStream raw;
    private final ChunkReader chunks = new ChunkReader();
    private @Nullable ChatFold fold = new ChatFold(
            () -> "call_" + UUID.randomUUID().toString().replace("-", ""));
    private boolean finishSeen;

    /** The error beside the text of the last chunk. */
    private @Nullable ApiException error;

    ChatReply(RawChatStream raw) {
        this.raw = raw;
    }

    /** The next chunk; null at the end. A connection that breaks after the finish reason ends the reply, too. */
    @Nullable
    ChatChunk next() {
        throwError();
        byte[] data;
        try {
            data = raw.next();
        } catch (BrokenStreamException e) {
            if (finishSeen) {
                return null;
            }
            throw e;
        }
        return data == null ? null : taken(data);
    }

    /** The next chunk if it has arrived already; null if not, or at the end. */
    @Nullable
    ChatChunk nextArrived() {
        throwError();
        byte[] data = raw.nextArrived();
        return data == null ? null : taken(data);
    }

    private void throwError() {
        if (error != null) {
            throw error;
        }
    }

    /** Throws if the reply, read to its end, is not whole. */
    void checkEnd() {
        if (!raw.doneSeen() && !finishSeen) {
            throw raw.endedEarly("it closed without [DONE] or a finish reason");
        }
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
            chunk = chunks.read(data);
        } catch (JsonException e) {
            close();
            throw raw.broken("a chunk is not readable: " + e.getMessage() + ": " + ApiError.parse(data).message(), e);
        }
        Optional<ApiError> found = chunks.sawError() || mayBeError(chunk) ? ChatJson.errorIn(data) : Optional.empty();
        if (found.isPresent()) {
            close();
            error = new ApiException(200, found.get(), raw.requestId(), null, false);
            if (mayBeError(chunk)) {
                throw error;
            }
        }
        return chunk;
    }

    /** Whether a chunk says nothing, or that it is an error: only then it is checked for one that has no member {@code error}. */
    private static boolean mayBeError(ChatChunk chunk) {
        for (ChatChunk.Choice choice : chunk.choices()) {
            if (!choice.delta().saysNothing() && !"error".equals(choice.finishReason())) {
                return false;
            }
        }
        return true;
    }

    /** Keeps nothing of the chunks any more, which saves memory. */
    void forget() {
        fold = null;
    }

    boolean isKept() {
        return fold != null;
    }

    /**
     * The reply as far as it was read.
     *
     * @throws IllegalStateException if nothing is kept
     */
    ChatCompletion completion() {
        if (fold == null) {
            throw new IllegalStateException("the stream is unfolded: it does not keep the reply");
        }
        return fold.completion();
    }

    /** Reads to the end, and returns the whole reply. */
    ChatCompletion finalCompletion() {
        while (next() != null) {
            // The fold has it.
        }
        checkEnd();
        return completion();
    }

    @Override
    public void close() {
        raw.close();
    }
}
