package dev.runnel.client;

import dev.runnel.client.Exchange.Repeat;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.json.JsonException;
import java.util.Optional;

/**
 * Chat completions. Thread-safe. A request is tried again (see {@link RunnelClient.Builder#maxRetries}) on status 408, 409, 429
 * and 5xx and if no response comes, as long as nothing of a reply was handed out; a refusal of {@code stream_options} is answered
 * by asking once more without.
 */
public final class ChatApi {
    private static final String PATH = "/chat/completions";

    private final Exchange exchange;

    ChatApi(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Streams a completion; returns when the server has accepted it. */
    public ChatStream stream(ChatRequest request) {
        ChatRequest streamed = request.withStream(true);
        try {
            return new ChatStream(streamRaw(Json.write(streamed)));
        } catch (ApiException e) {
            if (e.status() != 400 || !e.error().message().contains("stream_options")) {
                throw e;
            }
            return new ChatStream(streamRaw(Json.write(streamed.withoutStreamOptions())));
        }
    }

    /** Waits for a whole completion. */
    public ChatCompletion complete(ChatRequest request) {
        byte[] body = completeRaw(Json.write(request.withStream(false)));
        try {
            return ChatJson.readCompletion(body);
        } catch (JsonException e) {
            ApiError error = new ApiError("the answer is no chat completion: " + ApiError.parse(body).message(), null,
                    null, null);
            throw new ApiException(200, error, null, null);
        }
    }

    /**
     * Streams the completion that a request's JSON asks for, as it is: for relays. The JSON must say {@code "stream": true}.
     */
    public RawChatStream streamRaw(byte[] json) {
        return new RawChatStream(exchange.open("POST", PATH, json, true, Repeat.SAFE));
    }

    /**
     * Waits for the whole completion that a request's JSON asks for, and answers its JSON as it is: for relays.
     *
     * @throws ApiException also if the status was 200 but the body is an error
     */
    public byte[] completeRaw(byte[] json) {
        Transport.Response response = exchange.open("POST", PATH, json, false, Repeat.SAFE);
        byte[] body = exchange.body(response);
        Optional<ApiError> error;
        try {
            error = ChatJson.errorIn(body);
        } catch (JsonException e) {
            error = Optional
                    .of(new ApiError("the answer is no JSON: " + ApiError.parse(body).message(), null, null, null));
        }
        if (error.isPresent()) {
            throw new ApiException(200, error.get(), response.header("x-request-id").orElse(null), null);
        }
        return body;
    }
}
