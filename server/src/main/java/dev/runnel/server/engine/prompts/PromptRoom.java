package dev.runnel.server.engine.prompts;

import dev.runnel.protocol.Message;
import dev.runnel.protocol.Role;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How much of a thread, read from its end, a prompt has room for: up to its limit of tokens, or where that is not known, more than any
 * model takes. It is never too small: what is read in vain is dropped when the whole prompt is counted. For one thread.
 */
final class PromptRoom implements Predicate<Message> {
    /** In characters: about two million tokens, and memory that a server has. */
    private static final long UNKNOWN = 16 << 20;

    /** The size of a message without its text, in characters. */
    private static final int BESIDES = 256;

    private final Optional<Long> tokens;
    private long left;
    private boolean userSpoke;

    /** @param tokens that the prompt may have, if there is a limit */
    PromptRoom(Optional<Long> tokens) {
        this.tokens = tokens;
        this.left = tokens.orElse(UNKNOWN);
    }

    /** How many messages it has room for at most. */
    int most() {
        long least = tokens.isPresent() ? Tokens.LEAST_MESSAGE : BESIDES;
        return (int) Math.min(left / least + 1, Integer.MAX_VALUE);
    }

    /** Takes the next older message; answers whether there is room for one more. The user's last message has a place in any case. */
    @Override
    public boolean test(Message message) {
        userSpoke |= message.role() == Role.USER;
        left -= tokens.isPresent() ? SentMessages.tokens(message) : BESIDES + message.text().length();
        return !full();
    }

    /** Whether older messages have no place. */
    boolean full() {
        return left < 0 && userSpoke;
    }
}
