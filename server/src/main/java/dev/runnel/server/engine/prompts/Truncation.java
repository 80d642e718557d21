package dev.runnel.server.engine.prompts;

import dev.runnel.protocol.chat.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Shortens a prompt that has too many tokens. It leaves out the thread's messages from the middle: the second, the third
 * and so on, and the first one last of all. Instructions always stay, and so do the user's last message and all that
 * follows it. Only a prompt with the strategy {@code auto} is shortened.
 */
public final class Truncation {
    private Truncation() {}

    /** The prompt, shortened if need be; empty if it cannot be shortened to the given number of tokens. */
    public static Optional<Prompt> fit(Prompt prompt, long limit) {
        Shortened shortened = shortened(prompt, limit);
        return shortened.tokens <= limit ? Optional.of(shortened.prompt) : Optional.empty();
    }

    /** The prompt, shortened to the given number of tokens, or as far as possible. */
    public static Prompt shorten(Prompt prompt, long limit) {
        return shortened(prompt, limit).prompt;
    }

    private record Shortened(Prompt prompt, long tokens) {}

    private static Shortened shortened(Prompt prompt, long limit) {
        long tokens = Tokens.of(prompt.request());
        if (tokens <= limit || !prompt.strategy().equals("auto")) {
            return new Shortened(prompt, tokens);
        }
        List<ChatMessage> messages = prompt.request().messages();
        int keep = lastOfUser(prompt);
        int first = prompt.from();
        int next = first + 1;
        while (tokens > limit && next < keep) {
            tokens -= Tokens.of(messages.get(next++));
        }
        boolean dropFirst = tokens > limit && first < keep;
        if (dropFirst) {
            tokens -= Tokens.of(messages.get(first));
        }
        return new Shortened(without(prompt, dropFirst ? first : first + 1, next), tokens);
    }

    private static int lastOfUser(Prompt prompt) {
        List<ChatMessage> messages = prompt.request().messages();
        for (int i = prompt.to() - 1; i >= prompt.from(); i--) {
            if (messages.get(i).role().equals("user")) {
                return i;
            }
        }
        return Math.max(prompt.from(), prompt.to() - 1);
    }

    private static Prompt without(Prompt prompt, int first, int next) {
        if (first >= next) {
            return prompt;
        }
        List<ChatMessage> kept = new ArrayList<>(prompt.request().messages());
        kept.subList(first, next).clear();
        return new Prompt(
                prompt.request().withMessages(kept), prompt.from(), prompt.to() - (next - first), prompt.strategy());
    }
}
