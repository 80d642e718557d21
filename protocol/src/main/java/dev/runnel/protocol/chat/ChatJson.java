package dev.runnel.protocol.chat;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes chat completions and their chunks, tolerating what model servers are known to do: missing or null members,
 * empty strings for null, content as an array of parts, arguments as an object, {@code reasoning} and {@code reasoning_content}.
 * Thread-safe. Chunks are read by a streaming parser, as there are so many.
 */
public final class ChatJson {
    private ChatJson() {}

    /** Writes a request; what is null is left out. */
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

    private static void write(JsonGenerator json, ChatMessage message) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", message.role());
        write(json, "content", message.content());
        List<JsonValue> calls = message.toolCalls();
        if (calls != null) {
            json.writeArrayFieldStart("tool_calls");
            for (JsonValue call : calls) {
                Json.write(json, call);
            }
            json.writeEndArray();
        }
        write(json, "tool_call_id", message.toolCallId());
        json.writeEndObject();
    }

    /** A member that is a string, a number, a boolean or any JSON; none for null. */
    private static void write(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (value instanceof JsonValue any) {
            json.writeFieldName(name);
            Json.write(json, any);
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
        return Json.stream(data, ChatJson::chunk);
    }

    /** The error in a chunk or reply that is one, whatever its status was: by its {@code error}, or for lack of {@code choices}. */
    public static Optional<ApiError> errorIn(byte[] data) {
        JsonNode tree = Json.readTree(data);
        boolean mayBeError = tree.hasNonNull("error") || !tree.has("choices");
        return mayBeError ? ApiError.fromJson(JsonValue.of(tree)) : Optional.empty();
    }

    private static ChatChunk chunk(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new JsonException("a chunk must be an object", null);
        }
        String id = "";
        String model = "";
        long created = 0;
        List<ChatChunk.Choice> choices = List.of();
        ChatUsage usage = null;
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "id" -> id = text(json);
                case "model" -> model = text(json);
                case "created" -> created = json.nextToken().isNumeric() ? json.getLongValue() : skip(json);
                case "choices" -> choices = choices(json);
                case "usage" -> usage = usage(tree(json));
                default -> skip(json, json.nextToken());
            }
        }
        return new ChatChunk(id, model, created, choices, usage);
    }

    private static List<ChatChunk.Choice> choices(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_ARRAY) {
            skip(json);
            return List.of();
        }
        List<ChatChunk.Choice> choices = new ArrayList<>(1);
        for (JsonToken token; (token = json.nextToken()) != JsonToken.END_ARRAY;) {
            if (token == JsonToken.START_OBJECT) {
                choices.add(choice(json));
            } else {
                skip(json, token);
            }
        }
        return choices;
    }

    private static ChatChunk.Choice choice(JsonParser json) throws IOException {
        int index = 0;
        ChatChunk.Delta delta = ChatChunk.Delta.EMPTY;
        String finishReason = null;
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "index" -> index = json.nextIntValue(0);
                case "delta" -> delta = delta(json);
                case "finish_reason" -> {
                    String reason = text(json);
                    finishReason = reason.isEmpty() ? null : reason;
                }
                default -> skip(json, json.nextToken());
            }
        }
        return new ChatChunk.Choice(index, delta, finishReason);
    }

    private static ChatChunk.Delta delta(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            skip(json);
            return ChatChunk.Delta.EMPTY;
        }
        String role = "";
        String content = "";
        String refusal = "";
        String reasoning = "";
        List<ToolCallFragment> toolCalls = List.of();
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "role" -> role = text(json);
                case "content" -> content = text(json);
                case "refusal" -> refusal = text(json);
                case "reasoning", "reasoning_content" -> {
                    String thought = text(json);
                    reasoning = reasoning.isEmpty() ? thought : reasoning;
                }
                case "tool_calls" -> toolCalls = fragments(tree(json));
                default -> skip(json, json.nextToken());
            }
        }
        return new ChatChunk.Delta(role, content, refusal, reasoning, toolCalls);
    }

    /** The value as text: a string as it is, the text parts of an array joined, anything else empty. */
    private static String text(JsonParser json) throws IOException {
        String text = json.nextTextValue();
        if (text != null) {
            return text;
        }
        if (json.currentToken() == JsonToken.START_ARRAY) {
            return text(Json.readTree(json));
        }
        skip(json);
        return "";
    }

    private static @Nullable JsonNode tree(JsonParser json) throws IOException {
        return json.nextToken() == JsonToken.VALUE_NULL ? null : Json.readTree(json);
    }

    private static long skip(JsonParser json) throws IOException {
        json.skipChildren();
        return 0;
    }

    private static void skip(JsonParser json, JsonToken token) throws IOException {
        if (token.isStructStart()) {
            json.skipChildren();
        }
    }

    private static String text(@Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return "";
        }
        if (node.isTextual()) {
            return node.textValue();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : node) {
            JsonNode piece = part.isTextual() ? part : part.path("text");
            text.append(piece.isTextual() ? piece.textValue() : "");
        }
        return text.toString();
    }

    private static List<ToolCallFragment> fragments(@Nullable JsonNode calls) {
        if (calls == null || !calls.isArray()) {
            return List.of();
        }
        List<ToolCallFragment> fragments = new ArrayList<>(calls.size());
        for (JsonNode call : calls) {
            if (call instanceof ObjectNode object) {
                fragments.add(fragment(object));
            }
        }
        return fragments;
    }

    private static ToolCallFragment fragment(ObjectNode call) {
        JsonNode index = call.get("index");
        JsonNode function = call.path("function");
        JsonNode arguments = function.get("arguments");
        ObjectNode extra = call.deepCopy();
        extra.remove(List.of("index", "id", "type", "function"));
        return new ToolCallFragment(
                index != null && index.canConvertToInt() ? index.intValue() : null,
                text(call.get("id")),
                text(function.get("name")),
                arguments != null && arguments.isObject() ? arguments.toString() : text(arguments),
                extra.isEmpty() ? null : JsonValue.of(extra));
    }

    private static @Nullable ChatUsage usage(@Nullable JsonNode json) {
        if (json == null || !json.isObject()) {
            return null;
        }
        long prompt = json.path("prompt_tokens").asLong();
        long completion = json.path("completion_tokens").asLong();
        return new ChatUsage(
                prompt,
                completion,
                json.path("total_tokens").asLong(prompt + completion),
                json.path("prompt_tokens_details").path("cached_tokens").asLong(),
                json.path("completion_tokens_details").path("reasoning_tokens").asLong());
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
        JsonNode tree = Json.readTree(body);
        if (!tree.path("choices").isArray()) {
            throw new JsonException("a chat completion must have choices", null);
        }
        List<ChatCompletion.Choice> choices = new ArrayList<>();
        for (JsonNode choice : tree.path("choices")) {
            JsonNode message = choice.path("message");
            String reason = text(choice.get("finish_reason"));
            String reasoning = text(message.get("reasoning"));
            choices.add(new ChatCompletion.Choice(
                    choice.path("index").asInt(choices.size()),
                    text(message.get("content")),
                    text(message.get("refusal")),
                    reasoning.isEmpty() ? text(message.get("reasoning_content")) : reasoning,
                    wholeCalls(message.get("tool_calls")),
                    reason.isEmpty() ? null : reason));
        }
        return new ChatCompletion(
                text(tree.get("id")),
                text(tree.get("model")),
                tree.path("created").asLong(),
                choices,
                usage(tree.get("usage")));
    }

    /** The calls of a message that is whole: each entry is one, whatever its index. */
    private static List<ToolCallSlots.ToolCall> wholeCalls(@Nullable JsonNode array) {
        List<ToolCallSlots.ToolCall> calls = new ArrayList<>();
        for (ToolCallFragment call : fragments(array)) {
            String id = call.id().isEmpty() ? "call_" + UUID.randomUUID().toString().replace("-", "") : call.id();
            calls.add(new ToolCallSlots.ToolCall(id, call.name(), call.arguments(), call.extra()));
        }
        return calls;
    }

    /**
     * Writes a chunk.
     *
     * @param usageMember whether the chunk has a {@code usage} member even if null, as all have when usage was asked for
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
