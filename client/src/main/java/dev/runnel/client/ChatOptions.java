package dev.runnel.client;

import dev.runnel.protocol.chat.ChatRequest;
import org.jspecify.annotations.Nullable;

/**
 * What the client does by itself when a chat completion calls functions. Nothing of it is sent to the server but the functions'
 * definitions, and those only with a request that names no tools itself. Immutable.
 *
 * @param tools called when the model asks for them, on the thread that reads, one after the other; null to leave that to the caller
 * @param maxToolRounds how often the model may ask for functions before the reply that asks for them is the last
 * @param toolFailuresThrown whether what a function throws is thrown to the reader; if not, the model is told of it
 */
public record ChatOptions(@Nullable Tools tools, int maxToolRounds, boolean toolFailuresThrown) {
    private static final int DEFAULT_ROUNDS = 10;

    /** No functions; 10 rounds; the model is told what a function throws. */
    public static final ChatOptions DEFAULT = new ChatOptions(null, DEFAULT_ROUNDS, false);

    /** @throws IllegalArgumentException if the number is negative */
    public ChatOptions {
        if (maxToolRounds < 0) {
            throw new IllegalArgumentException("there cannot be fewer rounds than none");
        }
    }

    /** Calls these functions when the model asks for them. */
    public ChatOptions withTools(Tools given) {
        return new ChatOptions(given, maxToolRounds, toolFailuresThrown);
    }

    /** Calls functions in at most so many rounds. */
    public ChatOptions withMaxToolRounds(int rounds) {
        return new ChatOptions(tools, rounds, toolFailuresThrown);
    }

    /** Throws what a function throws to the reader, instead of telling the model. */
    public ChatOptions withToolFailuresThrown(boolean thrown) {
        return new ChatOptions(tools, maxToolRounds, thrown);
    }

    /** The request, offering the functions to the model unless it names tools itself. */
    ChatRequest offered(ChatRequest request) {
        return tools == null || request.tools() != null ? request : request.withTools(tools.definitions());
    }
}
