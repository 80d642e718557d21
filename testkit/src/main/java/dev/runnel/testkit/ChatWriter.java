package dev.runnel.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Speaks as a model does: writes chat completion chunks, or gathers them into one chat completion if the request did
 * not ask for a stream. Used by one thread.
 */
final class ChatWriter {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final AtomicLong LAST_ID = new AtomicLong();

    private final Response response;
    private final JsonNode request;
    private final boolean wantsUsage;
    private final String id = "chatcmpl-" + LAST_ID.incrementAndGet();
    private final long created = System.currentTimeMillis() / 1000;
    private final ChatMessage message = new ChatMessage();

    private Duration pace = Duration.ZERO;
    private @Nullable ObjectNode usage;

    private int tokens;
    private long firstTokenNanos;
    private boolean roleSent;
    private String finishReason = "stop";
    private @Nullable ObjectNode error;

    ChatWriter(Response response, RecordedRequest request) {
        this.response = response;
        this.request = request.jsonOrMissing();
        this.wantsUsage = this.request.path("stream_options").path("include_usage").asBoolean();
    }

    void pace(Duration interval) {
        pace = interval;
    }

    void usage(int promptTokens, int completionTokens) {
        usage = tokens(promptTokens, completionTokens);
    }

    void text(String piece) throws IOException, InterruptedException {
        token("content", piece);
    }

    void thought(String piece) throws IOException, InterruptedException {
        token("reasoning_content", piece);
    }

    void refusal(String piece) throws IOException, InterruptedException {
        token("refusal", piece);
    }

    private void token(String field, String piece) throws IOException, InterruptedException {
        message.append(field, piece);
        if (!roleSent) {
            send(role().put("content", "").putNull("refusal"), null);
        }
        awaitBeat();
        send(JSON.objectNode().put(field, piece), null);
    }

    /** Sends the call's name in one chunk, its arguments in one chunk each. */
    void toolCall(ToolCall call) throws IOException, InterruptedException {
        int index = message.append(call);
        var delta = roleSent ? JSON.objectNode() : role().putNull("content");
        var first = delta.putArray("tool_calls").addObject();
        first.put("index", index).put("id", call.id()).put("type", "function");
        first.putObject("function").put("name", call.name()).put("arguments", "");
        send(delta, null);
        for (var fragment : call.arguments()) {
            awaitBeat();
            var next = JSON.objectNode();
            next.putArray("tool_calls").addObject().put("index", index).putObject("function").put("arguments",
                    fragment);
            send(next, null);
        }
    }

    private ObjectNode role() {
        roleSent = true;
        return JSON.objectNode().put("role", "assistant");
    }

    /** Sends the chunk with the finish reason, and the chunk with the usage if the request asks for it. */
    void finish(String reason) throws IOException {
        finishReason = reason;
        send(JSON.objectNode(), reason);
        if (wantsUsage) {
            var last = document("chat.completion.chunk");
            last.putArray("choices");
            last.set("usage", usage());
            response.event(null, last.toString());
        }
    }

    /** Sends an error in the middle of the stream, or answers 500 if there is no stream. */
    void fail(String type, String text) throws IOException {
        error = error(type, text);
        response.event(null, error.toString());
    }

    static ObjectNode error(String type, String text) {
        var error = JSON.objectNode();
        error.putObject("error").put("message", text).put("type", type).putNull("param").putNull("code");
        return error;
    }

    private void send(ObjectNode delta, @Nullable String reason) throws IOException {
        var chunk = document("chat.completion.chunk");
        var choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", reason);
        if (wantsUsage) {
            chunk.putNull("usage");
        }
        response.event(null, chunk.toString());
    }

    private ObjectNode document(String object) {
        var model = request.path("model").asText("scripted-model");
        return JSON.objectNode().put("id", id).put("object", object).put("created", created).put("model", model);
    }

    /** Everything so far as one document, for a request without a stream. */
    byte[] completion() {
        if (error != null) {
            response.status(500);
            return error.toString().getBytes(UTF_8);
        }
        var completion = document("chat.completion");
        var choice = completion.putArray("choices").addObject().put("index", 0);
        choice.set("message", message.json());
        choice.putNull("logprobs").put("finish_reason", finishReason);
        completion.set("usage", usage());
        return completion.toString().getBytes(UTF_8);
    }

    /**
     * The numbers that the script gives; else a token per chunk, and a token per four characters of the request's
     * messages.
     */
    private ObjectNode usage() {
        if (usage != null) {
            return usage;
        }
        return tokens(request.path("messages").toString().length() / 4, tokens);
    }

    private static ObjectNode tokens(int prompt, int completion) {
        return JSON.objectNode()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", completion)
                .put("total_tokens", prompt + completion);
    }

    /** Waits for the next token's time, counted from the first token, so that one late token delays no other. */
    private void awaitBeat() throws InterruptedException {
        if (tokens == 0) {
            firstTokenNanos = System.nanoTime();
        }
        long due = firstTokenNanos + tokens * pace.toNanos();
        tokens++;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
