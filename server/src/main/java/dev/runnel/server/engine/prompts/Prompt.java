package dev.runnel.server.engine.prompts;

import dev.runnel.protocol.chat.ChatRequest;

/**
 * A run's prompt. {@link Truncation} can shorten it where the run's truncation strategy allows that.
 *
 * @param from the index of the first message that the thread had before the run; the messages before it are
 *     instructions
 * @param to the index after the last such message; the messages from there on are the run's own
 * @param strategy {@code auto} or {@code last_messages}
 */
public record Prompt(ChatRequest request, int from, int to, String strategy) {

    /** How many of the thread's messages the prompt has. */
    public int threadLength() {
        return to - from;
    }
}
