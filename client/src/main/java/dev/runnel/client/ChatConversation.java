package dev.runnel.client;

import dev.runnel.protocol.chat.ChatMessage;
import java.util.List;

/**
 * The end of a chat in which the model could call functions.
 *
 * @param reply the last reply
 * @param messages the whole conversation, for the next request: the request's messages, each reply that called functions, the
 *     functions' outputs, and the last reply
 * @param <T> the type of the reply
 */
public record ChatConversation<T>(T reply, List<ChatMessage> messages) {
    /** Keeps an unchangeable copy. */
    public ChatConversation {
        messages = List.copyOf(messages);
    }
}
