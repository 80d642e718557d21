package dev.runnel.client;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatFold;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.json.JsonException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The chunks of a chat completion. */
public final class ChatStream extends EventStream<ChatChunk> {
    private final RawChatStream raw;
    private final ChatFold fold = new ChatFold(() -> "call_" + UUID.randomUUID().toString().replace("-", ""));
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
                throw raw.broken("it closed without [DONE] or a finish reason", null);
            }
            return null;
        }
        ChatChunk chunk = read(data);
        fold.apply(chunk);
        return chunk;
    }

    private ChatChunk read(byte[] data) {
        ChatChunk chunk;
        try {
            chunk = ChatJson.readChunk(data);
        } catch (JsonException e) {
            close();
            throw raw.broken("a chunk is not readable: " + e.getMessage(), e);
        }
        boolean maybeError = chunk.choices().isEmpty() && chunk.usage() == null;
        for (ChatChunk.Choice choice : chunk.choices()) {
            finishSeen |= choice.finishReason() != null;
            maybeError |= "error".equals(choice.finishReason());
        }
        Optional<ApiError> error = maybeError ? ChatJson.errorIn(data) : Optional.empty();
        if (error.isPresent()) {
            close();
            throw new ApiException(200, error.get(), raw.requestId(), null);
        }
        return chunk;
    }

    /** What has arrived so far, as one completion. */
    public ChatCompletion completion() {
        return fold.completion();
    }

    @Override
    public void close() {
        raw.close();
    }
}
