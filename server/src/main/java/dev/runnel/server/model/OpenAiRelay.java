package dev.runnel.server.model;

import dev.runnel.client.ApiException;
import dev.runnel.client.RawChatStream;
import dev.runnel.client.RunnelException;
import dev.runnel.model.ChatRelay;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.chat.ChatJson;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model server's stream, passed on as it is but for its secrets. */
final class OpenAiRelay implements ChatRelay {
    private final RawChatStream stream;
    private final UpstreamErrors errors;
    private final Secrets secrets;

    /** The last two chunks: a stream without {@code [DONE]} has its finish reason in one, its usage perhaps in the other. */
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

    /** An error before all else is thrown: nothing has been sent yet, so that it can be answered with a status. */
    private void throwIfError(byte[] first) {
        Optional<ApiError> error;
        try {
            error = ChatJson.errorIn(first);
        } catch (JsonException e) {
            return; // not for a relay to judge
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
        if (!isObject(data)) {
            throw errors.fault(errors.does("sent what is no chunk: " + ApiError.parse(data).message()), null);
        }
        latest.add(data);
        if (latest.size() > 2) {
            latest.remove();
        }
        return secrets.redactReply(data);
    }

    private static boolean isObject(byte[] data) {
        int i = 0;
        while (i < data.length && data[i] <= ' ' && data[i] >= 0) {
            i++;
        }
        return i < data.length && data[i] == '{';
    }

    /** Whether a stream may be over after it: after the finish reason, or after an error, which needs no second one. */
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
