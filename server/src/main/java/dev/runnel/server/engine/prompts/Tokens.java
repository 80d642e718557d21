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
 * Counts tokens as OpenAI's models do since gpt-4o ({@code o200k_base}). For any other model this is an estimate; so it is for
 * tools, which are counted as their JSON, and for images. Thread-safe. The first count reads the tokenizer's table, which takes a
 * third of a second and 31 MB: nothing is counted that a model server tells.
 */
public final class Tokens {
    /** What a message costs beside its content and role, as OpenAI's cookbook has it. */
    private static final int MESSAGE = 3;

    /** What a message costs at least: its role is a token. */
    static final int LEAST_MESSAGE = MESSAGE + 1;

    /** What begins the reply. */
    private static final int REPLY = 3;

    /** An image of 1024 by 1024 pixels at high detail, as gpt-4o counts it; the size of an image is not known here. */
    private static final int IMAGE = 765;

    /**
     * In characters. The tokenizer's work and memory grow faster than the length of a word, and a text may be one word: it is cut into
     * pieces of at most this length, where words end if they do.
     */
    private static final int PIECE = 4 * 1024;

    /** How far before the end of a piece the end of a word is looked for. */
    private static final int LOOK_BACK = 256;

    /** Of a longer text, in characters, a sample is counted, spread over all of it. */
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
     * Of a text. What looks like a special token is text as any other. Of a text of more than a million characters, or with words of
     * thousands, it is an estimate.
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

    /** Where a piece ends: before a single space if there is one near, as a space belongs to the word behind it; never within a character. */
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

    /** Of a whole prompt. */
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

    /** Of one message of a prompt. */
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
