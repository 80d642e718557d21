package dev.runnel.server.engine.prompts;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageContent;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ToolCallSlots;
import dev.runnel.protocol.json.Json;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A thread's messages as they are sent to a model. */
final class SentMessages {
    private SentMessages() {}

    /** The tokens of a message in a prompt; 0 if the prompt may leave the message out. */
    static long tokens(Message message) {
        boolean sure = message.role() != Role.ASSISTANT
                || (message.status() != MessageStatus.INCOMPLETE && !said(message).isEmpty());
        return sure ? Tokens.of(of(message)) : 0;
    }

    /** The message as it is sent. */
    static ChatMessage of(Message message) {
        if (message.role() == Role.ASSISTANT) {
            return ChatMessage.assistant(said(message));
        }
        boolean plain = message.content().stream().allMatch(MessageContent.Text.class::isInstance);
        return plain ? ChatMessage.user(message.text()) : new ChatMessage("user", parts(message), null, null);
    }

    /** The text of an assistant's message, refusals included. */
    static String said(Message message) {
        StringBuilder said = new StringBuilder();
        for (MessageContent part : message.content()) {
            if (part instanceof MessageContent.Text text) {
                said.append(text.text().value());
            } else if (part instanceof MessageContent.Refusal refusal) {
                said.append(refusal.refusal());
            }
        }
        return said.toString();
    }

    private static JsonValue parts(Message message) {
        ArrayNode parts = Json.object().putArray("content");
        for (MessageContent part : message.content()) {
            if (part instanceof MessageContent.Text text) {
                parts.addObject().put("type", "text").put("text", text.text().value());
            } else {
                parts.add(Json.tree(part));
            }
        }
        return JsonValue.of(parts);
    }

    /** Whether a message was cut off, and the next message is the same run's new try. */
    static boolean triedAgain(Message message, @Nullable Message next) {
        return message.status() == MessageStatus.INCOMPLETE
                && next != null
                && Objects.equals(message.runId(), next.runId());
    }

    /** A call as it is sent. */
    static ToolCallSlots.ToolCall call(
            String id, String name, String arguments, @Nullable JsonValue extra) {
        return new ToolCallSlots.ToolCall(id, name, ToolCallSlots.normal(arguments), extra);
    }
}
