package dev.runnel.server.engine.prompts;

import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run's prompt, which can be shortened where a run's truncation strategy allows it.
 *
 * @param from the index of the first message that the thread had before the run; the messages before it are
 *     instructions
 * @param to the index after the last such message; the messages from there on are the run's own
 * @param strategy {@code auto} or {@code last_messages}
 */
public record Prompt(ChatRequest request, int from, int to, String strategy) {

    /** The prompt, shortened if need be; empty if it cannot be shortened to the given number of tokens. */
    public Optional<Prompt> fit(long limit) {
        Shortened shortened = shortened(limit);
        return shortened.tokens <= limit ? Optional.of(shortened.prompt) : Optional.empty();
    }

    /**
     * The prompt, shortened to the given number of tokens, or as far as possible. The thread's messages are left out
     * from the middle: the second, the third and so on, and the first one last of all. Instructions always stay, and so
     * do the user's last message and all that follows it.
     */
    public Prompt shorten(long limit) {
        return shortened(limit).prompt;
    }

    private record Shortened(Prompt prompt, long tokens) {}

    private Shortened shortened(long limit) {
        long tokens = Tokens.of(request);
        if (tokens <= limit || !strategy.equals("auto")) {
            return new Shortened(this, tokens);
        }
        List<ChatMessage> messages = request.messages();
        int keep = lastOfUser(messages);
        int next = from + 1;
        while (tokens > limit && next < keep) {
            tokens -= Tokens.of(messages.get(next++));
        }
        boolean dropFirst = tokens > limit && from < keep;
        if (dropFirst) {
            tokens -= Tokens.of(messages.get(from));
        }
        return new Shortened(without(dropFirst ? from : from + 1, next), tokens);
    }

    /** How many of the thread's messages the prompt has. */
    public int threadLength() {
        return to - from;
    }

    private int lastOfUser(List<ChatMessage> messages) {
        for (int i = to - 1; i >= from; i--) {
            if (messages.get(i).role().equals("user")) {
                return i;
            }
        }
        return Math.max(from, to - 1);
    }

    private Prompt without(int first, int next) {
        if (first >= next) {
            return this;
        }
        List<ChatMessage> kept = new ArrayList<>(request.messages());
        kept.subList(first, next).clear();
        return new Prompt(request.withMessages(kept), from, to - (next - first), strategy);
    }
}
