package dev.runnel.server.engine.prompts;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.json.Json;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
     * The longest piece that is counted at once, in characters. The tokenizer's time and memory grow faster than the
     * length of a word, and a text may be a single word. So a text is cut into pieces, between words where possible.
     */
    private static final int PIECE = 4 * 1024;

    /** How far back from the end of a piece the end of a word is looked for. */
    private static final int LOOK_BACK = 256;

    /**
     * The longest text that is counted as a whole, in characters. Of a longer text, samples are counted that are spread
     * over all of it.
     */
    private static final int COUNTED_WHOLE = 1024 * 1024;

    private static final int SAMPLES = COUNTED_WHOLE / PIECE / 4;

    private static @Nullable Encoding encoding;

    private Tokens() {}

    private static synchronized Encoding encoding() {
        Encoding loaded = encoding;
        if (loaded == null) {
            loaded = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
            encoding = loaded;
        }
        return loaded;
    }

    /**
     * The tokens of a text. Special tokens are counted as plain text. The count is an estimate for a text of more than
     * a million characters, or with words of thousands of characters.
     */
    public static long of(CharSequence text) {
        if (text.length() > COUNTED_WHOLE) {
            return estimate(text);
        }
        long tokens = 0;
        for (int from = 0, to; from < text.length(); from = to) {
            to = end(text, from);
            tokens += count(text, from, to);
        }
        return tokens;
    }

    private static long estimate(CharSequence text) {
        long tokens = 0;
        long characters = 0;
        for (int i = 0; i < SAMPLES; i++) {
            int from = (int) ((long) (text.length() - PIECE) * i / (SAMPLES - 1));
            int to = end(text, from);
            tokens += count(text, from, to);
            characters += to - from;
        }
        return Math.round((double) tokens / characters * text.length());
    }

    private static long count(CharSequence text, int from, int to) {
        return encoding().countTokensOrdinary(text.subSequence(from, to).toString());
    }

    /**
     * Where a piece ends: before a single space if there is one near, as a space belongs to the word after it. Never
     * within a surrogate pair.
     */
    private static int end(CharSequence text, int from) {
        if (text.length() - from <= PIECE) {
            return text.length();
        }
        int to = from + PIECE;
        for (int at = to - 1; at > to - LOOK_BACK; at--) {
            if (text.charAt(at) == ' ' && text.charAt(at - 1) > ' ' && text.charAt(at + 1) > ' ') {
                return at;
            }
        }
        return Character.isLowSurrogate(text.charAt(to)) ? to - 1 : to;
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
