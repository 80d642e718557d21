package dev.runnel.protocol.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of one reply, in their order; or a whole completion, as the one chunk that it amounts to. It uses a streaming
 * parser: there are many chunks, and the unused parts of a large one are not kept in memory. Not thread-safe.
 *
 * <p>Some servers repeat the whole reply in a member {@code message} of the last chunk, or its beginning in each: a message
 * counts only in a choice whose deltas have said nothing.
 */
public final class ChunkReader {
    /** More than any model can say: a larger count is a server's error, and is ignored. */
    private static final long MAX_TOKENS = 1_000_000_000_000L;

    private static final int MAX_DIGITS = 18;

    /** Texts that stand for no finish reason where the protocol has null. */
    private static final Set<String> NO_REASON = Set.of("", "null", "none");

    /** The most choices whose deltas are told apart. */
    private static final int MAX_CHOICES = 1024;

    /** The choices whose deltas have said something. */
    private final BitSet said = new BitSet();
    private boolean choicesSeen;
    private boolean errorSeen;
    private @Nullable ChatUsage usage;
    private int size;

    /** A reader for the chunks of one reply. */
    public ChunkReader() {
        // It has read nothing.
    }

    /**
     * Reads one.
     *
     * @throws JsonException if the data is no JSON object
     */
    public ChatChunk read(byte[] data) {
        size = data.length;
        choicesSeen = false;
        errorSeen = false;
        usage = null;
        return Json.streamLeniently(data, this::chunk);
    }

    /** Whether the data had choices. */
    boolean sawChoices() {
        return choicesSeen;
    }

    /** Whether the last data had a member {@code error} with a value: {@link ChatJson#errorIn} tells which. */
    public boolean sawError() {
        return errorSeen;
    }

    private ChatChunk chunk(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new JsonException("a chunk must be an object", null);
        }
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
                case "error" -> error(json);
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
        ChatChunk.Delta message = ChatChunk.Delta.EMPTY;
        String finishReason = null;
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "index" -> index = (int) Math.min(number(json), Integer.MAX_VALUE);
                case "delta" -> delta = delta(json, false);
                case "message" -> message = delta(json, true);
                case "text" -> message = fuller(message, ChatChunk.Delta.content(Said.text(json)));
                case "finish_reason" -> finishReason = finishReason(json);
                case "usage" -> usage(json);
                case "error" -> error(json);
                default -> Said.skip(json, json.nextToken());
            }
        }
        if (!delta.saysNothing()) {
            said.set(Math.min(index, MAX_CHOICES));
        } else if (!said.get(Math.min(index, MAX_CHOICES))) {
            delta = fuller(delta, message);
        }
        return new ChatChunk.Choice(index, delta, finishReason);
    }

    private void error(JsonParser json) throws IOException {
        JsonToken value = json.nextToken();
        errorSeen |= value != JsonToken.VALUE_NULL;
        Said.skip(json, value);
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
        JsonToken begin = json.nextToken();
        if (begin == JsonToken.VALUE_STRING) {
            return ChatChunk.Delta.content(json.getText());
        } else if (begin != JsonToken.START_OBJECT) {
            Said.skip(json, begin);
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
                case "tool_calls" -> toolCalls = new FragmentReader(size).list(json, whole);
                case "function_call" ->
                        toolCalls = toolCalls.isEmpty() ? FragmentReader.functionCall(json) : skipped(json, toolCalls);
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

    private static <T> T skipped(JsonParser json, T instead) throws IOException {
        Said.skip(json, json.nextToken());
        return instead;
    }

    /** Some servers have usage and errors beside the chunk's members: in {@code x_groq}. */
    private void usageIn(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            Said.skip(json, json.currentToken());
            return;
        }
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "usage" -> usage(json);
                case "error" -> error(json);
                default -> Said.skip(json, json.nextToken());
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
        if (prompt + completion + total > 0) { // a server may send zeros before it has counted, or nothing at the end
            usage = new ChatUsage(prompt, completion, total == 0 ? prompt + completion : total, cached, reasoning);
        }
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
