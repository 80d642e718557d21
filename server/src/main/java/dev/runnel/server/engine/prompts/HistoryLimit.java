package dev.runnel.server.engine.prompts;

import dev.runnel.protocol.Message;
import dev.runnel.protocol.Role;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides how much of a thread to read for a prompt, from the newest message backwards: up to the prompt's limit of
 * tokens, or if there is none, more than any model takes. It never reads too little. Surplus messages are dropped
 * when the whole prompt is counted. For one thread.
 */
final class HistoryLimit implements Predicate<Message> {
    /** The room if there is no limit, in characters: about two million tokens, which fit into a server's memory. */
    private static final long UNKNOWN = 16 << 20;

    /** The size of a message besides its text, in characters. */
    private static final int BESIDES = 256;

    private final Optional<Long> tokens;
    private long left;
    private boolean userSpoke;

    /** @param tokens how many tokens the prompt may have, if there is a limit */
    HistoryLimit(Optional<Long> tokens) {
        this.tokens = tokens;
        this.left = tokens.orElse(UNKNOWN);
    }

    /** The largest number of messages that there is room for. */
    int most() {
        long least = tokens.isPresent() ? Tokens.LEAST_MESSAGE : BESIDES;
        return (int) Math.min(left / least + 1, Integer.MAX_VALUE);
    }

    /**
     * Takes the next older message. Returns whether there is room for another one. There is always room for the user's
     * last message.
     */
    @Override
    public boolean test(Message message) {
        userSpoke |= message.role() == Role.USER;
        left -= tokens.isPresent() ? SentMessages.tokens(message) : BESIDES + message.text().length();
        return !full();
    }

    /** Whether there is no room for older messages. */
    boolean full() {
        return left < 0 && userSpoke;
    }
}
