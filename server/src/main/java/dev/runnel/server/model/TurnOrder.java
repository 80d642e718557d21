package dev.runnel.server.model;

import dev.runnel.client.ApiException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The order of turns that a model server accepts in a conversation. Its model's chat template may be strict about the
 * order.
 */
enum TurnOrder {
    /** The messages stay in the order they have. */
    AS_THEY_ARE,
    /** User and assistant alternate. The user is first, and the system's message is before all others. */
    ALTERNATING,
    /** As {@link #ALTERNATING}, but without a system message: its text begins the user's first message. */
    WITHOUT_SYSTEM;

    /**
     * How chat templates refuse: those of Llama, Mistral, Gemma and others, in the words of vLLM, llama.cpp, LM Studio
     * and SGLang.
     */
    private static final Pattern REFUSAL = Pattern.compile("(?i)roles must alternate|conversation roles|must alternate"
            + "|alternate user|raise_exception|first message must be|must start with a user|must begin with a user"
            + "|system (role|message).{0,40}(not supported|must be|only)|only user and assistant roles"
            + "|(unexpected|expected|invalid).{0,20} role|consecutive (user|assistant)|TemplateError|jinja");
    private static final Pattern NO_SYSTEM = Pattern
            .compile("(?i)system (role|message)s?( is| are)? not supported|only user and assistant roles");

    /** Some servers refuse with the first event of a stream, whose status is 200. */
    private static final Set<Integer> REFUSALS = Set.of(200, 400, 422, 500);

    /** The user's message that is put before an assistant that speaks first. */
    private static final String OPENING = "(The assistant begins.)";

    /** The order to try after this refusal; empty if a template did not refuse, or nothing is left to try. */
    Optional<TurnOrder> after(ApiException refusal) {
        int status = refusal.status();
        String message = refusal.error().message();
        if (!REFUSALS.contains(status) || !REFUSAL.matcher(message).find()) {
            return Optional.empty();
        }
        TurnOrder other = NO_SYSTEM.matcher(message).find() ? WITHOUT_SYSTEM : ALTERNATING;
        return other.compareTo(this) > 0 ? Optional.of(other) : Optional.empty();
    }

    /** The request with its messages in this order. */
    ChatRequest arrange(ChatRequest request) {
        return this == AS_THEY_ARE ? request : request.withMessages(arrange(request.messages()));
    }

    private List<ChatMessage> arrange(List<ChatMessage> messages) {
        List<ChatMessage> turns = new ArrayList<>();
        String system = messages.stream().filter(TurnOrder::isSystem).map(ChatMessage::text)
                .collect(Collectors.joining("\n\n"));
        for (ChatMessage message : messages.stream().filter(m -> !isSystem(m)).toList()) {
            ChatMessage last = turns.isEmpty() ? null : turns.getLast();
            if (last == null && !message.role().equals("user")) {
                turns.add(ChatMessage.user(OPENING));
                turns.add(message);
            } else if (last != null && areOne(last, message)) {
                turns.set(turns.size() - 1, new ChatMessage(
                        message.role(), joined(last.content(), message.content()), message.toolCalls(), null));
            } else {
                turns.add(message);
            }
        }
        if (!system.isEmpty() && this == ALTERNATING) {
            turns.addFirst(ChatMessage.system(system));
        } else if (!system.isEmpty()) {
            ChatMessage first = turns.isEmpty() ? ChatMessage.user("") : turns.removeFirst();
            turns.addFirst(new ChatMessage("user", joined(JsonValue.of(system), first.content()), null, null));
        }
        return turns;
    }

    private static boolean isSystem(ChatMessage message) {
        return message.role().equals("system") || message.role().equals("developer");
    }

    private static boolean areOne(ChatMessage before, ChatMessage message) {
        return before.role().equals(message.role()) && before.toolCalls() == null && before.toolCallId() == null
                && message.toolCallId() == null;
    }

    private static JsonValue joined(JsonValue before, JsonValue after) {
        if (isNothing(before) || isNothing(after)) {
            return isNothing(before) ? after : before;
        }
        return before.isText() && after.isText()
                ? JsonValue.of(before.text() + "\n\n" + after.text())
                : JsonValue.of(Stream.concat(parts(before), parts(after)).toList());
    }

    private static boolean isNothing(JsonValue content) {
        return content.isNull() || (content.isText() && content.text().isEmpty());
    }

    private static Stream<Object> parts(JsonValue content) {
        return content.isText()
                ? Stream.of(Map.of("type", "text", "text", content.text()))
                : content.elements().stream().map(part -> (Object) part.asMap());
    }
}
