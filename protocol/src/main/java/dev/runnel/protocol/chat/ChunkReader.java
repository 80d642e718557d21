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
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chunk, or a whole completion as the one chunk that it amounts to, by a streaming parser: there are many chunks, and
 * the unused parts of a large one are not kept in memory. For one reading.
 */
final class ChunkReader {
    /** More than any model can say: a larger count is a server's error, and is ignored. */
    private static final long MAX_TOKENS = 1_000_000_000_000L;

    private static final int MAX_DIGITS = 18;

    /** Texts that stand for no finish reason where the protocol has null. */
    private static final Set<String> NO_REASON = Set.of("", "null", "none");

    private static final Pattern INDEX = Pattern.compile("\\s*([0-9]{1,9})(?:\\.0*)?\\s*");

    /** Members that the protocol does not have are kept as a tree, and only those of chunks up to this size, in bytes. */
    private static final int MAX_SIZE_WITH_EXTRAS = 1024 * 1024;

    private boolean choicesSeen;
    private @Nullable ChatUsage usage;
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

    /** Whether the data had choices. */
    boolean sawChoices() {
        return choicesSeen;
    }

    private ChatChunk chunk(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new JsonException("a chunk must be an object", null);
        }
        ChatChunk chunk = object(json);
        while (anotherFollows(json)) {
            ChatChunk next = object(json);
            List<ChatChunk.Choice> choices = new ArrayList<>(chunk.choices());
            choices.addAll(next.choices());
            chunk = new ChatChunk(chunk.id(), chunk.model(), chunk.created(), choices, next.usage());
        }
        return chunk;
    }

    /** Servers that leave out the blank line between two events have their chunks one behind the other in one event. */
    private static boolean anotherFollows(JsonParser json) {
        try {
            return json.nextToken() == JsonToken.START_OBJECT;
        } catch (IOException e) {
            return false; // a comma, or an end mark
        }
    }

    private ChatChunk object(JsonParser json) throws IOException {
        String id = "";
        String model = "";
        long created = 0;
        List<ChatChunk.Choice> choices = List.of();
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "id" -> id = Said.text(json);
                case "model" -> model = Said.text(json);
                case "created" -> created = number(json);
                case "choices" -> choices = choices(json);
                case "usage" -> usage(json);
                case "x_groq" -> usageIn(json);
                default -> Said.skip(json, json.nextToken());
            }
        }
        return new ChatChunk(id, model, created, choices, usage);
    }

    private List<ChatChunk.Choice> choices(JsonParser json) throws IOException {
        JsonToken begin = json.nextToken();
        choicesSeen |= begin == JsonToken.START_ARRAY || begin == JsonToken.START_OBJECT;
        if (begin == JsonToken.START_OBJECT) {
            ChatChunk.Choice only = choice(json, 0); // some servers send it without a list
            return only.delta().saysNothing() && only.finishReason() == null ? List.of() : List.of(only);
        } else if (begin != JsonToken.START_ARRAY) {
            return List.of();
        }
        List<ChatChunk.Choice> choices = new ArrayList<>(1);
        for (JsonToken token; (token = json.nextToken()) != JsonToken.END_ARRAY;) {
            if (token == JsonToken.START_OBJECT) {
                choices.add(choice(json, choices.size()));
            } else {
                Said.skip(json, token);
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
                case "delta" -> delta = fuller(delta(json, false), delta);
                case "message" -> delta = fuller(delta, delta(json, true));
                case "finish_reason" -> finishReason = finishReason(json);
                case "usage" -> usage(json);
                default -> Said.skip(json, json.nextToken());
            }
        }
        return new ChatChunk.Choice(index, delta, finishReason);
    }

    /** Some servers send both, and only one of them says something. */
    private static ChatChunk.Delta fuller(ChatChunk.Delta one, ChatChunk.Delta other) {
        return one.saysNothing() && !(other.saysNothing() && other.role().isEmpty()) ? other : one;
    }

    /** A string, or the type in an object; null for anything else. */
    private static @Nullable String finishReason(JsonParser json) throws IOException {
        String reason = json.nextTextValue();
        if (reason == null && json.currentToken() == JsonToken.START_OBJECT) {
            for (String field; (field = json.nextFieldName()) != null;) {
                if (field.equals("type")) {
                    reason = json.nextTextValue();
                } else {
                    json.nextToken();
                }
                Said.skip(json, json.currentToken());
            }
        } else {
            Said.skip(json, json.currentToken());
        }
        return reason == null || NO_REASON.contains(reason.toLowerCase(Locale.ROOT)) ? null : reason;
    }

    /** @param whole whether it is a whole message, in which each entry is one call, whatever its index */
    private ChatChunk.Delta delta(JsonParser json, boolean whole) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            Said.skip(json, json.currentToken());
            return ChatChunk.Delta.EMPTY;
        }
        String role = "";
        String content = "";
        String refusal = "";
        String reasoning = "";
        List<ToolCallFragment> toolCalls = List.of();
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "role" -> role = Said.text(json);
                case "content" -> {
                    Said said = Said.next(json);
                    content = said.text();
                    reasoning = reasoning.isEmpty() ? said.thought() : reasoning;
                }
                case "refusal" -> refusal = Said.text(json);
                case "reasoning", "reasoning_content", "reasoning_text", "reasoning_details", "thinking", "thought" -> {
                    Said said = Said.next(json);
                    reasoning = reasoning.isEmpty() ? said.text() + said.thought() : reasoning;
                }
                case "tool_calls" -> toolCalls = fragments(json, whole);
                case "function_call" -> toolCalls = toolCalls.isEmpty() ? functionCall(json) : skipped(json, toolCalls);
                default -> Said.skip(json, json.nextToken());
            }
        }
        return new ChatChunk.Delta(role, content, refusal, reasoning, toolCalls);
    }

    /** The value as a whole number; 0 if it is none, negative, or too large to be meant. */
    private static long number(JsonParser json) throws IOException {
        JsonToken token = json.nextToken();
        if (token == JsonToken.VALUE_NUMBER_INT && json.getTextLength() <= MAX_DIGITS) {
            return Math.max(json.getLongValue(), 0);
        }
        if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT
                && token != JsonToken.VALUE_STRING) {
            Said.skip(json, token);
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

    private List<ToolCallFragment> fragments(JsonParser json, boolean whole) throws IOException {
        if (json.nextToken() == JsonToken.START_OBJECT) {
            ToolCallFragment only = fragment(json);
            return only.saysNothing() ? List.of() : List.of(only);
        } else if (json.currentToken() != JsonToken.START_ARRAY) {
            return List.of();
        }
        List<ToolCallFragment> fragments = new ArrayList<>(1);
        for (JsonToken token; (token = json.nextToken()) != JsonToken.END_ARRAY;) {
            if (token == JsonToken.START_OBJECT) {
                ToolCallFragment fragment = fragment(json);
                fragments.add(whole ? fragment.at(fragments.size()) : fragment);
            } else {
                Said.skip(json, token);
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
                case "id" -> id = Said.text(json);
                case "type" -> Said.skip(json, json.nextToken());
                case "function" -> function(json, function);
                case "name" -> function[0] = Said.text(json);
                case "arguments" -> function[1] = arguments(json);
                default -> {
                    JsonToken value = json.nextToken();
                    if (size <= MAX_SIZE_WITH_EXTRAS) {
                        extra.set(field, Json.readTree(json));
                    } else {
                        Said.skip(json, value);
                    }
                }
            }
        }
        return new ToolCallFragment(
                index, id, function[0], function[1], extra.isEmpty() ? null : JsonValue.of(extra));
    }

    /** The one call of servers that have the form of before there were several. */
    private static List<ToolCallFragment> functionCall(JsonParser json) throws IOException {
        String[] function = {"", ""};
        function(json, function);
        return function[0].isEmpty() && function[1].isEmpty()
                ? List.of()
                : List.of(new ToolCallFragment(0, "", function[0], function[1], null));
    }

    private static <T> T skipped(JsonParser json, T instead) throws IOException {
        Said.skip(json, json.nextToken());
        return instead;
    }

    /** A number, also as text or with a fraction of zero; null if it is none. */
    private static @Nullable Integer index(JsonParser json) throws IOException {
        Matcher index = INDEX.matcher(Said.text(json));
        return index.matches() ? Integer.valueOf(index.group(1)) : null;
    }

    /** @param told where the name and the arguments go */
    private static void function(JsonParser json, String[] told) throws IOException {
        JsonToken token = json.nextToken();
        if (token != JsonToken.START_OBJECT) {
            Said.skip(json, token);
            return;
        }
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "name" -> told[0] = Said.text(json);
                case "arguments", "parameters" -> {
                    String arguments = arguments(json);
                    told[1] = told[1].isEmpty() ? arguments : told[1];
                }
                default -> Said.skip(json, json.nextToken());
            }
        }
    }

    private static String arguments(JsonParser json) throws IOException {
        String text = json.nextTextValue();
        if (text != null) {
            return text;
        }
        if (json.currentToken() == JsonToken.START_OBJECT) {
            String object = new String(Json.stream(out -> out.copyCurrentStructure(json)), StandardCharsets.UTF_8);
            return object.equals("{}") ? "" : object; // its members may come as text in the next fragments
        }
        return json.currentToken() == JsonToken.START_ARRAY ? Said.parts(json).text() : "";
    }

    /** Some servers have it beside the chunk's members: in {@code x_groq}. */
    private void usageIn(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            Said.skip(json, json.currentToken());
            return;
        }
        for (String field; (field = json.nextFieldName()) != null;) {
            if (field.equals("usage")) {
                usage(json);
            } else {
                Said.skip(json, json.nextToken());
            }
        }
    }

    private void usage(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            Said.skip(json, json.currentToken());
            return;
        }
        long prompt = 0;
        long completion = 0;
        long total = 0;
        long cached = 0;
        long reasoning = 0;
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "prompt_tokens", "input_tokens" -> prompt = count(json);
                case "completion_tokens", "output_tokens" -> completion = count(json);
                case "total_tokens" -> total = count(json);
                case "prompt_tokens_details" -> cached = countIn(json, "cached_tokens");
                case "completion_tokens_details" -> reasoning = countIn(json, "reasoning_tokens");
                default -> Said.skip(json, json.nextToken());
            }
        }
        usage = new ChatUsage(prompt, completion, total == 0 ? prompt + completion : total, cached, reasoning);
    }

    private static long countIn(JsonParser json, String name) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            Said.skip(json, json.currentToken());
            return 0;
        }
        long count = 0;
        for (String field; (field = json.nextFieldName()) != null;) {
            if (field.equals(name)) {
                count = count(json);
            } else {
                Said.skip(json, json.nextToken());
            }
        }
        return count;
    }

    private static long count(JsonParser json) throws IOException {
        long count = number(json);
        return count <= MAX_TOKENS ? count : 0;
    }
}
