package dev.runnel.server.http;

import dev.runnel.protocol.MessageRequest;
import dev.runnel.server.engine.Conversations;

/** Assistants, threads and messages. */
final class ConversationRoutes {
    private final Conversations conversations;

    ConversationRoutes(Conversations conversations) {
        this.conversations = conversations;
    }

    void createAssistant(Exchange exchange) {
        exchange.send(conversations.create(exchange.body(Requests::assistant)));
    }

    void assistant(Exchange exchange) {
        exchange.send(conversations.assistant(exchange.id("assistant_id", "asst")));
    }

    void createThread(Exchange exchange) {
        exchange.send(conversations.create(exchange.body(Requests::thread)));
    }

    void thread(Exchange exchange) {
        exchange.send(conversations.thread(threadId(exchange)));
    }

    void createMessage(Exchange exchange) {
        String threadId = threadId(exchange);
        MessageRequest request = exchange.body(Requests::message);
        exchange.send(conversations.create(threadId, request));
    }

    void message(Exchange exchange) {
        exchange.send(conversations.message(threadId(exchange), exchange.id("message_id", "msg")));
    }

    void messages(Exchange exchange) {
        exchange.send(conversations.messages(
                threadId(exchange), exchange.query("run_id").orElse(null), exchange.page()));
    }

    private static String threadId(Exchange exchange) {
        return exchange.id("thread_id", "thread");
    }
}
