package dev.runnel.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.client.exchange.Call;
import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.responses.GrowingResponse;
import dev.runnel.protocol.responses.InputTokens;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Responses. Thread-safe. If the answer to a request that creates a response is lost, the client does not send the request
 * again, because there could then be two responses; {@linkplain RunnelClient.Builder#idempotencyKeys idempotency keys} make that
 * safe.
 *
 * <p>At Runnel a response is a run and a conversation is a thread: {@link #get} takes the id of a run too, and a request's
 * {@code conversation} that of a thread.
 */
public final class ResponsesApi {
    /** The members of a request that its number of tokens depends on. */
    private static final List<String> COUNTED = List.of(
            "model", "input", "instructions", "previous_response_id", "conversation", "prompt", "tools", "tool_choice",
            "parallel_tool_calls", "text", "reasoning", "truncation");

    private final Requester requester;
    private final Async async;
    private final ResponseCalls calls;

    ResponsesApi(Requester requester, Async async) {
        this.requester = requester;
        this.async = async;
        this.calls = new ResponseCalls(requester);
    }

    /** Creates a response and streams it. */
    public ResponseStream stream(ResponseRequest request) {
        return stream(request, RunOptions.DEFAULT);
    }

    /** Creates a response and streams it, with these options. */
    public ResponseStream stream(ResponseRequest request, RunOptions options) {
        ResponseRounds rounds = new ResponseRounds(request, options);
        return new ResponseStream(calls, options, rounds, calls.creation(rounds.request()));
    }

    /**
     * Creates a response and streams it on one of the client's threads, which calls the consumer.
     *
     * @return the response at its stream's end, or a {@link ResponseFailedException}; if you cancel or complete the future, the
     *     connection is closed
     */
    public CompletableFuture<ResponseObject> streamAsync(
            ResponseRequest request, RunOptions options, Consumer<ResponseEvent> consumer) {
        return async.start(() -> {
            try (ResponseStream stream = stream(request, options)) {
                stream.forEach(consumer);
                stream.checkEnd();
                return stream.finalResponse();
            }
        });
    }

    /**
     * The events of a response. Each subscription creates and streams its own response, on one of the client's threads. If the
     * response failed, the events are followed by a {@link ResponseFailedException}.
     */
    public Flow.Publisher<ResponseEvent> publish(ResponseRequest request, RunOptions options) {
        return new StreamPublisher<>(() -> stream(request, options), async);
    }

    /** Goes on with a response's stream exactly after an event. See {@link #resume(String, long, RunOptions)}. */
    public ResponseStream resume(String id, long startingAfter) {
        return resume(id, startingAfter, RunOptions.DEFAULT);
    }

    /**
     * Goes on with a response's stream exactly after an event: first the past events, then the live ones. The events up to that
     * one go into {@link ResponseStream#response}, so that the response is whole.
     *
     * <p>Where the server no longer keeps the events, the client reads the response again and again until it ends. The events are
     * then snapshots, without deltas.
     *
     * @param startingAfter the number of the last event that was read; -1 for all events
     * @throws IllegalArgumentException if the number is less than -1
     */
    public ResponseStream resume(String id, long startingAfter, RunOptions options) {
        if (startingAfter < ResponseStream.NONE) {
            throw new IllegalArgumentException("an event's number cannot be " + startingAfter);
        }
        return new ResponseStream(calls, options, id, startingAfter, new GrowingResponse());
    }

    /** Creates a response and waits for its end, ended in any way: the status tells. */
    public ResponseObject create(ResponseRequest request) {
        return requester.create(
                ResponseCalls.PATH, request.toBuilder().stream(false).build(), ResponseObject.class);
    }

    /**
     * Creates a response and waits for its end, and for those of the next ones as long as the model calls the options'
     * functions. Returns the last one.
     */
    public ResponseObject create(ResponseRequest request, RunOptions options) {
        ResponseRounds rounds = new ResponseRounds(request, options);
        ResponseObject response;
        do {
            response = create(rounds.request());
        } while (rounds.goesOn(response));
        return response;
    }

    /** As {@link #create(ResponseRequest)}, on one of the client's threads; if you cancel the future, the connection is closed. */
    public CompletableFuture<ResponseObject> createAsync(ResponseRequest request) {
        return async.start(() -> create(request));
    }

    /** As {@link #create(ResponseRequest, RunOptions)}, on one of the client's threads, which calls the functions. */
    public CompletableFuture<ResponseObject> createAsync(ResponseRequest request, RunOptions options) {
        return async.start(() -> create(request, options));
    }

    /**
     * Creates a response whose text is a JSON object, and waits for it. The model gets the type's {@linkplain JsonSchemas JSON
     * Schema}.
     *
     * @param type a record
     * @throws UnusableReplyException if the model refused, was cut off, or wrote something else
     * @throws ResponseFailedException if the response failed
     * @throws IllegalArgumentException if the type has no schema
     */
    public <T> T create(ResponseRequest request, Class<T> type) {
        return StructuredReply.read(create(structured(request, type)), type);
    }

    /**
     * Waits for an object as {@link #create(ResponseRequest, Class)} does, after the model has called the options' functions as
     * often as it wants, within the options' limit.
     */
    public <T> StructuredResponse<T> create(ResponseRequest request, Class<T> type, RunOptions options) {
        ResponseObject response = create(structured(request, type), options);
        return new StructuredResponse<>(StructuredReply.read(response, type), response);
    }

    /**
     * The same request, for a text that is a JSON object of a type: for a stream that ends with {@link
     * ResponseStream#finalObject}.
     *
     * @param type a record
     * @throws IllegalArgumentException if the type has no schema
     */
    public static ResponseRequest structured(ResponseRequest request, Class<?> type) {
        return StructuredReply.asked(request, type);
    }

    /** Creates a response in the background: returns at once, while the server makes it. {@link #await} waits for its end. */
    public ResponseObject background(ResponseRequest request) {
        return create(request.toBuilder().background(true).build());
    }

    /**
     * Waits until a response has ended. It reads the response at growing intervals of up to a second.
     *
     * @throws ClosedStreamException if the thread is interrupted
     */
    public ResponseObject await(String id) {
        Polling polling = new Polling();
        while (true) {
            polling.pause();
            ResponseObject response = get(id);
            if (response.status().terminal()) {
                return response;
            }
        }
    }

    /** A response in its present state. */
    public ResponseObject get(String id) {
        return requester.get(ResponseCalls.path(id), ResponseObject.class);
    }

    /**
     * Asks the server to cancel a response. Nothing changes if it has ended.
     *
     * @throws ApiException if the response is not one in the background
     */
    public ResponseObject cancel(String id) {
        return calls.cancel(id);
    }

    /** Deletes a response. The items stay in a conversation that has others too. */
    public Deleted delete(String id) {
        return requester.delete(ResponseCalls.path(id), Deleted.class);
    }

    /** The items that a response's request brought. */
    public Pages<ResponseItem> inputItems(String id) {
        return Pages.of(requester, ResponseCalls.path(id) + "/input_items", ResponseItem.class);
    }

    /** How many tokens the prompt of a request has. */
    public long inputTokens(ResponseRequest request) {
        ObjectNode counted = (ObjectNode) Json.tree(request);
        counted.retain(COUNTED);
        return requester.ask(
                Call.post(ResponseCalls.PATH + "/input_tokens", counted).safeToRepeat(), InputTokens.class)
                .inputTokens();
    }
}
