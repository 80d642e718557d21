package dev.runnel.server.engine;

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
final class Tokens {
    /** What a message costs beside its content and role, as OpenAI's cookbook has it. */
    private static final int MESSAGE = 3;

    /** What a message costs at least: its role is a token. */
    static final int LEAST_MESSAGE = MESSAGE + 1;

    /** What begins the reply. */
    private static final int REPLY = 3;

    /** An image of 1024 by 1024 pixels at high detail, as gpt-4o counts it; the size of an image is not known here. */
    private static final int IMAGE = 765;

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

    /** Of a text. What looks like a special token is text as any other. */
    static long of(CharSequence text) {
        return text.isEmpty() ? 0 : encoding().countTokensOrdinary(text.toString());
    }

    /** Of a whole prompt. */
    static long of(ChatRequest prompt) {
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
    static long of(ChatMessage message) {
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
