package dev.runnel.protocol.chat;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes chat completions and their chunks, with tolerance for the known differences between model servers: missing
 * or null members, empty strings for null, content as an array of parts, arguments as an object, {@code reasoning} and {@code
 * reasoning_content}. Thread-safe. Chunks are read by a streaming parser, as there are so many.
 */
public final class ChatJson {
    private ChatJson() {}

    /** Writes a request. Null components are left out. */
    public static byte[] writeRequest(ChatRequest request) {
        return Json.stream(json -> {
            json.writeStartObject();
            json.writeStringField("model", request.model());
            json.writeArrayFieldStart("messages");
            for (ChatMessage message : request.messages()) {
                write(json, message);
            }
            json.writeEndArray();
            write(json, "stream", request.stream());
            write(json, "stream_options", request.streamOptions());
            write(json, "max_completion_tokens", request.maxCompletionTokens());
            write(json, "max_tokens", request.maxTokens());
            write(json, "temperature", request.temperature());
            write(json, "top_p", request.topP());
            write(json, "response_format", request.responseFormat());
            write(json, "reasoning_effort", request.reasoningEffort());
            write(json, "tools", request.tools() == null ? null : JsonValue.of(request.tools()));
            write(json, "tool_choice", request.toolChoice());
            write(json, "parallel_tool_calls", request.parallelToolCalls());
            for (Map.Entry<String, JsonValue> member : request.extra().entrySet()) {
                write(json, member.getKey(), member.getValue());
            }
            json.writeEndObject();
        });
    }

    /**
     * A request's JSON, with {@code "stream": false} added if it has no such member: some servers stream by default.
     *
     * @throws JsonException if the request is no JSON object
     */
    public static byte[] sayingStream(byte[] request) {
        String inserted = Json.stream(request, json -> {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new JsonException("a request must be an object", null);
            }
            String before = "\"stream\":false";
            for (String field; (field = json.nextFieldName()) != null;) {
                if (field.equals("stream")) {
                    return "";
                }
                before = "\"stream\":false,";
                json.nextToken();
                json.skipChildren();
            }
            return before;
        });
        if (inserted.isEmpty()) {
            return request;
        }
        int start = 0;
        while (request[start] != '{') {
            start++;
        }
        byte[] more = inserted.getBytes(StandardCharsets.US_ASCII);
        byte[] said = new byte[request.length + more.length];
        System.arraycopy(request, 0, said, 0, start + 1);
        System.arraycopy(more, 0, said, start + 1, more.length);
        System.arraycopy(request, start + 1, said, start + 1 + more.length, request.length - start - 1);
        return said;
    }

    private static void write(JsonGenerator json, ChatMessage message) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", message.role());
        write(json, "content", message.content());
        List<JsonValue> calls = message.toolCalls();
        if (calls != null) {
            json.writeArrayFieldStart("tool_calls");
            for (JsonValue call : calls) {
                Json.writePlain(json, call.toJava());
            }
            json.writeEndArray();
        }
        write(json, "tool_call_id", message.toolCallId());
        json.writeEndObject();
    }

    /** Writes a member that is a string, a number, a boolean or any JSON; nothing for null. */
    private static void write(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (value instanceof JsonValue any) {
            json.writeFieldName(name);
            Json.writePlain(json, any.toJava());
        } else if (value != null) {
            json.writePOJOField(name, value);
        }
    }

    /**
     * Reads a chunk.
     *
     * @throws JsonException if the data is no JSON object
     */
    public static ChatChunk readChunk(byte[] data) {
        return new ChunkReader().read(data);
    }

    /** Whether data begins as a JSON object does, which every chunk and every error is. It is not parsed. */
    public static boolean isObject(byte[] data) {
        int i = 0;
        while (i < data.length && data[i] <= ' ' && data[i] >= 0) {
            i++;
        }
        return i < data.length && data[i] == '{';
    }

    /**
     * The error in a chunk or reply of any status, if it has a member {@code error} or lacks {@code choices}.
     *
     * @throws JsonException if the data is no JSON
     */
    public static Optional<ApiError> errorIn(byte[] data) {
        return ErrorReader.of(data).found();
    }

    /**
     * The error in data that may be something other than a chunk: only a member {@code error} counts.
     *
     * @throws JsonException if the data is no JSON
     */
    public static Optional<ApiError> namedErrorIn(byte[] data) {
        return ErrorReader.of(data).named();
    }

    /**
     * Whether the data has choices, as every chunk and completion has.
     *
     * @throws JsonException if the data is no JSON
     */
    public static boolean hasChoices(byte[] data) {
        return ErrorReader.of(data).hasChoices();
    }

    private static ObjectNode toJson(ChatUsage usage) {
        ObjectNode json = Json.object();
        json.put("prompt_tokens", usage.promptTokens())
                .put("completion_tokens", usage.completionTokens())
                .put("total_tokens", usage.totalTokens());
        json.putObject("prompt_tokens_details").put("cached_tokens", usage.cachedTokens());
        json.putObject("completion_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
        return json;
    }

    /**
     * Reads a whole completion.
     *
     * @throws JsonException if the body is no completion
     */
    public static ChatCompletion readCompletion(byte[] body) {
        ChatFold fold = new ChatFold(() -> "call_" + UUID.randomUUID().toString().replace("-", ""));
        fold.apply(completionAsChunk(body));
        return fold.completion();
    }

    /**
     * Reads a whole completion as the one chunk that a stream of it could have been.
     *
     * @throws JsonException if the body is no completion
     */
    public static ChatChunk completionAsChunk(byte[] body) {
        ChunkReader reader = new ChunkReader();
        ChatChunk chunk = reader.read(body);
        if (!reader.sawChoices()) {
            throw new JsonException("a chat completion must have choices", null);
        }
        return chunk;
    }

    /**
     * Writes a chunk.
     *
     * @param usageMember whether to write a {@code usage} member even if it is null, as in every chunk for a request that asks
     *     for usage
     */
    public static byte[] writeChunk(ChatChunk chunk, boolean usageMember) {
        return Json.stream(json -> {
            json.writeStartObject();
            json.writeStringField("id", chunk.id());
            json.writeStringField("object", "chat.completion.chunk");
            json.writeNumberField("created", chunk.created());
            json.writeStringField("model", chunk.model());
            json.writeArrayFieldStart("choices");
            for (ChatChunk.Choice choice : chunk.choices()) {
                write(json, choice);
            }
            json.writeEndArray();
            ChatUsage usage = chunk.usage();
            if (usage != null) {
                json.writeFieldName("usage");
                Json.write(json, toJson(usage));
            } else if (usageMember) {
                json.writeNullField("usage");
            }
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, ChatChunk.Choice choice) throws IOException {
        ChatChunk.Delta delta = choice.delta();
        json.writeStartObject();
        json.writeNumberField("index", choice.index());
        json.writeObjectFieldStart("delta");
        if (!delta.role().isEmpty()) {
            json.writeStringField("role", delta.role());
            json.writeStringField("content", delta.content());
            json.writeStringField("refusal", delta.refusal().isEmpty() ? null : delta.refusal());
        } else {
            writeUnlessEmpty(json, "content", delta.content());
            writeUnlessEmpty(json, "refusal", delta.refusal());
        }
        writeUnlessEmpty(json, "reasoning_content", delta.reasoning());
        if (!delta.toolCalls().isEmpty()) {
            json.writeArrayFieldStart("tool_calls");
            for (ToolCallFragment call : delta.toolCalls()) {
                Json.write(json, toJson(call));
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeNullField("logprobs");
        json.writeStringField("finish_reason", choice.finishReason());
        json.writeEndObject();
    }

    private static void writeUnlessEmpty(JsonGenerator json, String field, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(field, value);
        }
    }

    private static ObjectNode toJson(ToolCallFragment call) {
        JsonValue extra = call.extra();
        ObjectNode json = extra == null ? Json.object() : (ObjectNode) Json.tree(extra);
        json.put("index", call.index());
        if (!call.id().isEmpty()) {
            json.put("id", call.id()).put("type", "function");
        }
        ObjectNode function = json.putObject("function");
        if (!call.name().isEmpty()) {
            function.put("name", call.name());
        }
        function.put("arguments", call.arguments());
        return json;
    }

    /** Writes a whole completion. */
    public static byte[] writeCompletion(ChatCompletion completion) {
        ObjectNode json = Json.object();
        json.put("id", completion.id()).put("object", "chat.completion");
        json.put("created", completion.created()).put("model", completion.model());
        ArrayNode choices = json.putArray("choices");
        for (ChatCompletion.Choice choice : completion.choices()) {
            ObjectNode entry = choices.addObject().put("index", choice.index());
            ObjectNode message = entry.putObject("message").put("role", "assistant");
            boolean calls = !choice.toolCalls().isEmpty();
            message.put("content", calls && choice.content().isEmpty() ? null : choice.content());
            message.put("refusal", choice.refusal().isEmpty() ? null : choice.refusal());
            if (!choice.reasoning().isEmpty()) {
                message.put("reasoning_content", choice.reasoning());
            }
            message.putArray("annotations");
            if (calls) {
                ArrayNode toolCalls = message.putArray("tool_calls");
                choice.toolCalls().forEach(call -> toolCalls.addPOJO(call.toJson()));
            }
            entry.putNull("logprobs").put("finish_reason", choice.finishReason());
        }
        ChatUsage usage = completion.usage();
        if (usage != null) {
            json.set("usage", toJson(usage));
        }
        return Json.write(json);
    }
}
