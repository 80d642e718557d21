package dev.runnel.protocol.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chunk, or a whole completion as the one chunk that it amounts to, by a streaming parser: there are many chunks, and
 * the unused parts of a large one are not kept in memory. For one reading.
 */
final class ChunkReader {
    /** More than any model can say: a larger count is a server's error, and is ignored. */
    private static final long MAX_TOKENS = 1_000_000_000_000L;

    private static final int MAX_DIGITS = 18;

    /** Members that the protocol does not have are kept as a tree, and only those of chunks up to this size, in bytes. */
    private static final int MAX_SIZE_WITH_EXTRAS = 1024 * 1024;

    private boolean choicesSeen;
    private int size;

    /**
     * Reads one.
     *
     * @throws JsonException if the data is no JSON object
     */
    ChatChunk read(byte[] data) {
        size = data.length;
        return Json.streamLeniently(data, this::chunk);
    }

    /** Whether the data had a list of choices. */
    boolean sawChoices() {
        return choicesSeen;
    }

    private ChatChunk chunk(JsonParser json) throws IOException {
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
                case "created" -> created = number(json);
                case "choices" -> choices = choices(json);
                case "usage" -> usage = usage(json);
                default -> skip(json, json.nextToken());
            }
        }
        return new ChatChunk(id, model, created, choices, usage);
    }

    private List<ChatChunk.Choice> choices(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_ARRAY) {
            skip(json, json.currentToken());
            return List.of();
        }
        choicesSeen = true;
        List<ChatChunk.Choice> choices = new ArrayList<>(1);
        for (JsonToken token; (token = json.nextToken()) != JsonToken.END_ARRAY;) {
            if (token == JsonToken.START_OBJECT) {
                choices.add(choice(json, choices.size()));
            } else {
                skip(json, token);
            }
        }
        return choices;
    }

    private ChatChunk.Choice choice(JsonParser json, int position) throws IOException {
        int index = position;
        ChatChunk.Delta delta = ChatChunk.Delta.EMPTY;
        String finishReason = null;
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "index" -> index = (int) Math.min(number(json), Integer.MAX_VALUE);
                case "delta" -> delta = delta(json, false, delta);
                case "message" -> delta = delta(json, true, delta);
                case "finish_reason" -> {
                    String reason = text(json);
                    finishReason = reason.isEmpty() ? null : reason;
                }
                default -> skip(json, json.nextToken());
            }
        }
        return new ChatChunk.Choice(index, delta, finishReason);
    }

    /** @param whole whether it is a whole message, in which each entry is one call, whatever its index */
    private ChatChunk.Delta delta(JsonParser json, boolean whole, ChatChunk.Delta before) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            skip(json, json.currentToken());
            return before;
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
                case "tool_calls" -> toolCalls = fragments(json, whole);
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
            return parts(json);
        }
        skip(json, json.currentToken());
        return "";
    }

    private static String parts(JsonParser json) throws IOException {
        StringBuilder text = new StringBuilder();
        for (JsonToken token; (token = json.nextToken()) != JsonToken.END_ARRAY;) {
            if (token == JsonToken.VALUE_STRING) {
                text.append(json.getText());
            } else if (token == JsonToken.START_OBJECT) {
                for (String field; (field = json.nextFieldName()) != null;) {
                    JsonToken value = json.nextToken();
                    if (field.equals("text") && value == JsonToken.VALUE_STRING) {
                        text.append(json.getText());
                    } else {
                        skip(json, value);
                    }
                }
            } else {
                skip(json, token);
            }
        }
        return text.toString();
    }

    /** The value as a whole number; 0 if it is none, negative, or too large to be meant. */
    private static long number(JsonParser json) throws IOException {
        JsonToken token = json.nextToken();
        if (token == JsonToken.VALUE_NUMBER_INT && json.getTextLength() <= MAX_DIGITS) {
            return Math.max(json.getLongValue(), 0);
        }
        if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT
                && token != JsonToken.VALUE_STRING) {
            skip(json, token);
            return 0;
        }
        String digits = json.getText().strip();
        if (token == JsonToken.VALUE_NUMBER_FLOAT && digits.length() <= MAX_DIGITS && digits.indexOf('e') < 0
                && digits.indexOf('E') < 0 && digits.indexOf('.') > 0) {
            digits = digits.substring(0, digits.indexOf('.'));
        }
        boolean whole = !digits.isEmpty() && digits.length() <= MAX_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return whole ? Long.parseLong(digits) : 0;
    }

    private static void skip(JsonParser json, @Nullable JsonToken token) throws IOException {
        if (token != null && token.isStructStart()) {
            json.skipChildren();
        }
    }

    private List<ToolCallFragment> fragments(JsonParser json, boolean whole) throws IOException {
        if (json.nextToken() != JsonToken.START_ARRAY) {
            skip(json, json.currentToken());
            return List.of();
        }
        List<ToolCallFragment> fragments = new ArrayList<>(1);
        for (JsonToken token; (token = json.nextToken()) != JsonToken.END_ARRAY;) {
            if (token == JsonToken.START_OBJECT) {
                ToolCallFragment fragment = fragment(json);
                fragments.add(whole ? fragment.at(fragments.size()) : fragment);
            } else {
                skip(json, token);
            }
        }
        return fragments;
    }

    private ToolCallFragment fragment(JsonParser json) throws IOException {
        Integer index = null;
        String id = "";
        String[] function = {"", ""};
        ObjectNode extra = Json.object();
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "index" -> index = index(json);
                case "id" -> id = text(json);
                case "type" -> skip(json, json.nextToken());
                case "function" -> function(json, function);
                default -> {
                    JsonToken value = json.nextToken();
                    if (size <= MAX_SIZE_WITH_EXTRAS) {
                        extra.set(field, Json.readTree(json));
                    } else {
                        skip(json, value);
                    }
                }
            }
        }
        return new ToolCallFragment(
                index, id, function[0], function[1], extra.isEmpty() ? null : JsonValue.of(extra));
    }

    private static @Nullable Integer index(JsonParser json) throws IOException {
        JsonToken token = json.nextToken();
        boolean told = token == JsonToken.VALUE_NUMBER_INT && json.getTextLength() < 10;
        if (!told) {
            skip(json, token);
        }
        return told ? Integer.valueOf(json.getIntValue()) : null;
    }

    /** @param told where the name and the arguments go */
    private static void function(JsonParser json, String[] told) throws IOException {
        JsonToken token = json.nextToken();
        if (token != JsonToken.START_OBJECT) {
            skip(json, token);
            return;
        }
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "name" -> told[0] = text(json);
                case "arguments" -> told[1] = arguments(json);
                default -> skip(json, json.nextToken());
            }
        }
    }

    private static String arguments(JsonParser json) throws IOException {
        String text = json.nextTextValue();
        if (text != null) {
            return text;
        }
        if (json.currentToken() == JsonToken.START_OBJECT) {
            return new String(Json.stream(out -> out.copyCurrentStructure(json)), StandardCharsets.UTF_8);
        }
        return json.currentToken() == JsonToken.START_ARRAY ? parts(json) : "";
    }

    private static @Nullable ChatUsage usage(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            skip(json, json.currentToken());
            return null;
        }
        long prompt = 0;
        long completion = 0;
        long total = 0;
        long cached = 0;
        long reasoning = 0;
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "prompt_tokens" -> prompt = count(json);
                case "completion_tokens" -> completion = count(json);
                case "total_tokens" -> total = count(json);
                case "prompt_tokens_details" -> cached = countIn(json, "cached_tokens");
                case "completion_tokens_details" -> reasoning = countIn(json, "reasoning_tokens");
                default -> skip(json, json.nextToken());
            }
        }
        return new ChatUsage(prompt, completion, total == 0 ? prompt + completion : total, cached, reasoning);
    }

    private static long countIn(JsonParser json, String name) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            skip(json, json.currentToken());
            return 0;
        }
        long count = 0;
        for (String field; (field = json.nextFieldName()) != null;) {
            if (field.equals(name)) {
                count = count(json);
            } else {
                skip(json, json.nextToken());
            }
        }
        return count;
    }

    private static long count(JsonParser json) throws IOException {
        long count = number(json);
        return count <= MAX_TOKENS ? count : 0;
    }
}
