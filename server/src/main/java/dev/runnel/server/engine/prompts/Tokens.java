package dev.runnel.server.engine.prompts;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.base.Tokenizer;
import java.util.List;
import java.util.Objects;

/**
 * Counts tokens as OpenAI's models do since gpt-4o ({@code o200k_base}). For other models the count is an estimate, and
 * so it is for images, and for tools, which are counted as their JSON. The first count reads the tokenizer's table,
 * which takes a third of a second and 31 MB, so the server does not count what a model server reports. Thread-safe.
 */
public final class Tokens {
    /** The tokens of a message besides its content and role, as OpenAI's cookbook counts them. */
    private static final int MESSAGE = 3;

    /** The fewest tokens that a message has: its role is one token. */
    static final int LEAST_MESSAGE = MESSAGE + 1;

    /** The tokens that begin the reply. */
    private static final int REPLY = 3;

    /**
     * The tokens of any image. This is what gpt-4o counts for 1024 by 1024 pixels at high detail; an image's size is
     * not known here.
     */
    private static final int IMAGE = 765;

    /**
     * The longest text that is counted as a whole, in characters. Of a longer text, samples are counted that are spread
     * over all of it.
     */
    private static final int COUNTED_WHOLE = 1024 * 1024;

    private static final int SAMPLES = COUNTED_WHOLE / Tokenizer.PIECE / 4;

    private Tokens() {}

    /**
     * The tokens of a text. Special tokens are counted as plain text. The count is an estimate for a text of more than
     * a million characters, or with words of thousands of characters.
     */
    public static long of(CharSequence text) {
        return text.length() > COUNTED_WHOLE ? estimate(text) : Tokenizer.count(text);
    }

    private static long estimate(CharSequence text) {
        long tokens = 0;
        long characters = 0;
        for (int i = 0; i < SAMPLES; i++) {
            int from = (int) ((long) (text.length() - Tokenizer.PIECE) * i / (SAMPLES - 1));
            int to = Tokenizer.pieceEnd(text, from);
            tokens += Tokenizer.count(text, from, to);
            characters += to - from;
        }
        return Math.round((double) tokens / characters * text.length());
    }

    /** The tokens of a whole prompt. */
    public static long of(ChatRequest prompt) {
        long tokens = REPLY;
        for (ChatMessage message : prompt.messages()) {
            tokens += of(message);
        }
        for (Tool tool : Objects.requireNonNullElse(prompt.tools(), List.<Tool>of())) {
            tokens += of(Json.tree(tool).toString());
        }
        JsonValue format = prompt.responseFormat();
        return format == null ? tokens : tokens + of(format.toString());
    }

    /** The tokens of one message of a prompt. */
    public static long of(ChatMessage message) {
        long tokens = MESSAGE + of(message.role()) + of(message.text());
        for (JsonValue part : message.content().elements()) {
            tokens += part.get("type").text().startsWith("image") ? IMAGE : 0;
        }
        for (JsonValue call : Objects.requireNonNullElse(message.toolCalls(), List.<JsonValue>of())) {
            JsonValue function = call.get("function");
            tokens += MESSAGE + of(function.get("name").text()) + of(function.get("arguments").text());
        }
        return tokens;
    }
}
