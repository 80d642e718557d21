package dev.runnel.server.http;

import dev.runnel.protocol.MessageRequest;
import dev.runnel.server.engine.Conversations;
import dev.runnel.server.engine.Runs;
import java.util.Map;
import java.util.Optional;

/** Threads and messages. */
final class ConversationRoutes {
    private final Conversations conversations;
    private final Runs runs;

    ConversationRoutes(Conversations conversations, Runs runs) {
        this.conversations = conversations;
        this.runs = runs;
    }

    void createThread(Exchange exchange) {
        exchange.send(conversations.create(exchange.project(), exchange.body(Requests::thread)));
    }

    void threads(Exchange exchange) {
        exchange.send(conversations.threads(exchange.project(), exchange.page()));
    }

    void thread(Exchange exchange) {
        exchange.send(conversations.thread(exchange.project(), threadId(exchange)));
    }

    void modifyThread(Exchange exchange) {
        String id = threadId(exchange);
        exchange.send(conversations.modify(exchange.project(), id, exchange.body(Modifications::thread)));
    }

    void deleteThread(Exchange exchange) {
        exchange.send(runs.deleteThread(exchange.project(), threadId(exchange)));
    }

    void createMessage(Exchange exchange) {
        String threadId = threadId(exchange);
        MessageRequest request = exchange.body(Requests::message);
        exchange.send(conversations.create(exchange.project(), threadId, request));
    }

    void message(Exchange exchange) {
        exchange.send(conversations.message(exchange.project(), threadId(exchange), messageId(exchange)));
    }

    void messages(Exchange exchange) {
        exchange.send(conversations.messages(
                exchange.project(), threadId(exchange), exchange.query("run_id").orElse(null), exchange.page()));
    }

    void modifyMessage(Exchange exchange) {
        String threadId = threadId(exchange);
        String id = messageId(exchange);
        Optional<Map<String, String>> metadata = exchange.body(Modifications::metadata);
        exchange.send(metadata.isPresent()
                ? conversations.modifyMessage(exchange.project(), threadId, id, metadata.get())
                : conversations.message(exchange.project(), threadId, id));
    }

    void deleteMessage(Exchange exchange) {
        exchange.send(conversations.deleteMessage(exchange.project(), threadId(exchange), messageId(exchange)));
    }

    private static String threadId(Exchange exchange) {
        return exchange.id("thread_id", "thread");
    }

    private static String messageId(Exchange exchange) {
        return exchange.id("message_id", "msg");
    }
}
