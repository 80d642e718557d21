package dev.runnel.client;

import dev.runnel.protocol.chat.ChatMessage;
import java.util.List;

/**
 * What a tool loop over chat completions came to.
 *
 * @param reply the last reply
 * @param messages the whole conversation, to be continued by another request: the request's messages, each reply that called functions,
 *     what they answered, and the last reply
 * @param <T> what the reply is read as
 */
public record ChatConversation<T>(T reply, List<ChatMessage> messages) {
    /** Keeps an unchangeable copy. */
    public ChatConversation {
        messages = List.copyOf(messages);
    }
}
