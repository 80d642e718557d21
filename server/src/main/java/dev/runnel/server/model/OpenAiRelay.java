package dev.runnel.server.model;

import dev.runnel.client.ApiException;
import dev.runnel.client.BrokenStreamException;
import dev.runnel.client.RawChatStream;
import dev.runnel.client.RunnelException;
import dev.runnel.model.ChatRelay;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.chat.ChatJson;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model server's stream, passed on as it is, except that secrets are removed. */
final class OpenAiRelay implements ChatRelay {
    private final RawChatStream stream;
    private final UpstreamErrors errors;
    private final Secrets secrets;

    /**
     * The last two chunks. In a stream without {@code [DONE]} one of them has the finish reason; the other may have the
     * usage.
     */
    private final ArrayDeque<byte[]> latest = new ArrayDeque<>(3);

    OpenAiRelay(RawChatStream stream, UpstreamErrors errors, Secrets secrets) {
        this.stream = stream;
        this.errors = errors;
        this.secrets = secrets;
    }

    @Override
    public byte @Nullable [] next() {
        byte[] data;
        try {
            data = stream.next();
        } catch (ApiException e) {
            throw errors.relayed(e);
        } catch (BrokenStreamException e) {
            if (latest.stream().noneMatch(OpenAiRelay::ends)) {
                throw errors.failure(e);
            }
            data = null; // the connection broke after the end of the reply
        } catch (RunnelException e) {
            throw errors.failure(e);
        }
        if (data == null && !stream.doneSeen() && latest.stream().noneMatch(OpenAiRelay::ends)) {
            throw errors.fault(errors.does("closed the stream without [DONE] or a finish reason."), null);
        }
        if (data != null && latest.isEmpty()) {
            throwIfError(data);
        }
        return passedOn(data);
    }

    /** Throws if the first event is an error: nothing has been sent yet, so the error can be answered with a status. */
    private void throwIfError(byte[] first) {
        Optional<ApiError> error;
        try {
            error = ChatJson.errorIn(first);
        } catch (JsonException e) {
            return; // a relay does not check the JSON of a chunk
        }
        if (error.isPresent()) {
            throw errors.relayed(new ApiException(200, error.get(), null, null, false));
        }
    }

    @Override
    public byte @Nullable [] nextArrived() {
        try {
            return passedOn(stream.nextArrived());
        } catch (RunnelException e) {
            throw errors.failure(e);
        }
    }

    private byte @Nullable [] passedOn(byte @Nullable [] data) {
        if (data == null) {
            return null;
        }
        if (!ChatJson.isObject(data)) {
            throw errors.fault(errors.does("sent data that is not a chunk: " + ApiError.parse(data).message()), null);
        }
        latest.add(data);
        if (latest.size() > 2) {
            latest.remove();
        }
        return secrets.redactReply(data);
    }

    /** Whether a stream may end after this chunk: it has a finish reason, or an error, which needs no second error. */
    private static boolean ends(byte[] data) {
        try {
            return ChatJson.readChunk(data).choices().stream().anyMatch(choice -> choice.finishReason() != null)
                    || ChatJson.errorIn(data).isPresent();
        } catch (JsonException e) {
            return false;
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
