package dev.runnel.client;

import dev.runnel.client.exchange.Answers;
import dev.runnel.client.exchange.Call;
import dev.runnel.client.exchange.ReceivedResponse;
import dev.runnel.client.transport.ByteBudget;
import dev.runnel.client.transport.Transport;
import dev.runnel.client.transport.Transport.Body;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.chat.JoinedChunks;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Chat completions. Thread-safe. The client tries a request again (see {@link RunnelClient.Builder#maxRetries}) on status 408,
 * 409, 429 and 5xx, and if no response comes, as long as the caller has got no part of a reply. If a server refuses {@code
 * stream_options}, the client asks once more without them.
 */
public final class ChatApi {
    private static final String PATH = "/chat/completions";

    private final Requester requester;
    private final Async async;

    ChatApi(Requester requester, Async async) {
        this.requester = requester;
        this.async = async;
    }

    /** Streams a completion; returns when the server has accepted it. */
    public ChatStream stream(ChatRequest request) {
        return stream(request, ChatOptions.DEFAULT);
    }

    /**
     * Streams a completion with these options. If the model calls functions, the stream goes on over all its replies.
     */
    public ChatStream stream(ChatRequest request, ChatOptions options) {
        return new ChatStream(new ChatRounds(request, options), this::open, this::openAnew);
    }

    private RawChatStream open(ChatRequest request) {
        try {
            return streamRaw(ChatJson.writeRequest(request.withStream(true)));
        } catch (ApiException e) {
            return openAnew(request, e).orElseThrow(() -> e);
        }
    }

    /** Asks without {@code stream_options}, if the server refused them. */
    private Optional<RawChatStream> openAnew(ChatRequest request, ApiException refusal) {
        return refusesStreamOptions(refusal)
                ? Optional.of(streamRaw(ChatJson.writeRequest(request.withStream(true).withoutStreamOptions())))
                : Optional.empty();
    }

    /** Some servers refuse with status 200, and an error in the place of the first chunk. */
    private static boolean refusesStreamOptions(ApiException e) {
        boolean refused = e.status() == 400 || e.status() == 422 || e.status() == 200;
        return refused
                && (e.error().message().contains("stream_options") || "stream_options".equals(e.error().param()));
    }

    /**
     * Streams a completion on one of the client's threads, which calls the consumer.
     *
     * @return the whole completion; if you cancel or complete the future, the connection is closed
     */
    public CompletableFuture<ChatCompletion> streamAsync(ChatRequest request, Consumer<ChatChunk> consumer) {
        return async.start(() -> {
            try (ChatStream stream = stream(request)) {
                stream.forEach(consumer);
                return stream.completion();
            }
        });
    }

    /**
     * Streams a completion as {@link #stream(ChatRequest, ChatOptions)} does, on one of the client's threads, which calls the
     * consumer and the functions.
     *
     * @return the last reply and the whole conversation; if you cancel or complete the future, the connection is closed
     */
    public CompletableFuture<ChatConversation<ChatCompletion>> streamAsync(
            ChatRequest request, ChatOptions options, Consumer<ChatChunk> consumer) {
        return async.start(() -> {
            try (ChatStream stream = stream(request, options)) {
                stream.forEach(consumer);
                return new ChatConversation<>(stream.completion(), stream.messages());
            }
        });
    }

    /** The chunks of a completion. Each subscription sends its own request, and reads on one of the client's threads. */
    public Flow.Publisher<ChatChunk> publish(ChatRequest request) {
        return new StreamPublisher<>(() -> stream(request), async);
    }

    /** As {@link #publish(ChatRequest)}, over all replies that call functions; they are called on the reading thread. */
    public Flow.Publisher<ChatChunk> publish(ChatRequest request, ChatOptions options) {
        return new StreamPublisher<>(() -> stream(request, options), async);
    }

    /** Waits for a whole completion. */
    public ChatCompletion create(ChatRequest request) {
        Transport.Response response = send(ChatJson.writeRequest(request.withStream(false)));
        byte[] body = whole(response);
        try {
            return ChatJson.readCompletion(body);
        } catch (JsonException e) {
            throw failure(response, noAnswer("the answer is not a chat completion", response, body));
        }
    }

    /** Waits for a whole completion, and for the next ones as long as the model calls the options' functions. */
    public ChatConversation<ChatCompletion> create(ChatRequest request, ChatOptions options) {
        ChatRounds rounds = new ChatRounds(request, options);
        ChatCompletion reply;
        do {
            reply = create(rounds.request());
        } while (rounds.goesOn(reply));
        return new ChatConversation<>(reply, rounds.conversation(reply));
    }

    /**
     * As {@link #create(ChatRequest, ChatOptions)}, on one of the client's threads; if you cancel the future, the connection is
     * closed.
     */
    public CompletableFuture<ChatConversation<ChatCompletion>> createAsync(ChatRequest request, ChatOptions options) {
        return async.start(() -> create(request, options));
    }

    /**
     * As {@link #create(ChatRequest)}, waiting on one of the client's threads; if you cancel the future, the connection is
     * closed.
     */
    public CompletableFuture<ChatCompletion> createAsync(ChatRequest request) {
        return async.start(() -> create(request));
    }

    /**
     * Waits for a completion that is a JSON object. The model gets the type's {@linkplain JsonSchemas JSON Schema}.
     *
     * @param type a record
     * @throws UnusableReplyException if the model refused, was cut off, or wrote something else
     * @throws IllegalArgumentException if the type has no schema
     */
    public <T> T create(ChatRequest request, Class<T> type) {
        return StructuredReply.read(create(StructuredReply.asked(request, type)), type);
    }

    /**
     * Waits for an object as {@link #create(ChatRequest, Class)} does, after the model has called the options' functions as
     * often as it wants, within the options' limit.
     */
    public <T> ChatConversation<T> create(ChatRequest request, Class<T> type, ChatOptions options) {
        ChatConversation<ChatCompletion> whole = create(StructuredReply.asked(request, type), options);
        return new ChatConversation<>(StructuredReply.read(whole.reply(), type), whole.messages());
    }

    /**
     * Streams the completion for a request in JSON, without reading its chunks: for relays. The JSON must have {@code "stream": true}.
     */
    public RawChatStream streamRaw(byte[] json) {
        return new RawChatStream(requester.open(call(json).streamed()), requester.budget());
    }

    /**
     * Waits for the whole completion for a request in JSON, and returns its JSON unchanged: for relays.
     *
     * @throws ApiException also if the status was 200 but the body is an error
     */
    public byte[] createRaw(byte[] json) {
        return whole(send(json));
    }

    private Transport.Response send(byte[] json) {
        return requester.open(call(json));
    }

    private static Call call(byte[] json) {
        return Call.post(PATH, Body.of(json), "application/json").safeToRepeat();
    }

    private byte[] whole(Transport.Response response) {
        byte[] body = requester.body(response);
        if (isStream(response, body) || JoinedChunks.split(body).size() > 1) {
            return folded(response, body);
        }
        Optional<ApiError> error;
        try {
            error = ChatJson.errorIn(body);
            if (error.isEmpty() && !ChatJson.hasChoices(body)) {
                error = Optional.of(noAnswer("the answer is not a chat completion", response, body));
            }
        } catch (JsonException e) {
            error = Optional.of(noAnswer("the answer is not JSON", response, body));
        }
        if (error.isPresent()) {
            throw failure(response, error.get());
        }
        return body;
    }

    /** Whether a server streams although the request asked for no stream. */
    private static boolean isStream(Transport.Response response, byte[] body) {
        String start = new String(body, 0, Math.min(body.length, 64), StandardCharsets.UTF_8).strip();
        return start.startsWith("data:") || start.startsWith(":") || start.startsWith("event:")
                || (Answers.isEventStream(response) && !start.startsWith("{"));
    }

    private static byte[] folded(Transport.Response response, byte[] events) {
        RawChatStream received = new RawChatStream(new ReceivedResponse(response, events), ByteBudget.UNLIMITED);
        try (ChatReply reply = new ChatReply(received)) {
            return ChatJson.writeCompletion(reply.finalCompletion());
        }
    }

    private static ApiError noAnswer(String what, Transport.Response response, byte[] body) {
        return new ApiError(what + ": " + Answers.error(response, body).message(), null, null, null);
    }

    private static ApiException failure(Transport.Response response, ApiError error) {
        return new ApiException(200, error, Answers.requestId(response), null, false);
    }
}
