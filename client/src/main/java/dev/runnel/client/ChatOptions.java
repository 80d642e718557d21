package dev.runnel.client;

import dev.runnel.protocol.chat.ChatRequest;
import org.jspecify.annotations.Nullable;

/**
 * How the client answers a chat completion that calls functions. The server gets only the functions' definitions, and only if
 * the request itself names no tools. Immutable.
 *
 * @param tools the functions to call when the model asks for them, on the reading thread, one after the other; null if the
 *     caller calls them
 * @param maxToolRounds how many rounds of function calls there may be; a further reply that calls functions is the last
 * @param toolFailuresThrown whether the reader gets a function's exception; if not, the model gets its message
 */
public record ChatOptions(@Nullable Tools tools, int maxToolRounds, boolean toolFailuresThrown) {
    private static final int DEFAULT_ROUNDS = 10;

    /** No functions; 10 rounds; the model gets the message of a function's exception. */
    public static final ChatOptions DEFAULT = new ChatOptions(null, DEFAULT_ROUNDS, false);

    /** @throws IllegalArgumentException if the number is negative */
    public ChatOptions {
        if (maxToolRounds < 0) {
            throw new IllegalArgumentException("the number of rounds must not be negative");
        }
    }

    /** Calls these functions when the model asks for them. */
    public ChatOptions withTools(Tools given) {
        return new ChatOptions(given, maxToolRounds, toolFailuresThrown);
    }

    /** Calls functions in at most this many rounds. */
    public ChatOptions withMaxToolRounds(int rounds) {
        return new ChatOptions(tools, rounds, toolFailuresThrown);
    }

    /** Throws a function's exception to the reader, instead of telling the model. */
    public ChatOptions withToolFailuresThrown(boolean thrown) {
        return new ChatOptions(tools, maxToolRounds, thrown);
    }

    /** The request with the functions as its tools, unless it names tools itself. */
    ChatRequest offered(ChatRequest request) {
        return tools == null || request.tools() != null ? request : request.withTools(tools.definitions());
    }
}
