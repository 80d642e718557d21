package dev.runnel.server.http.assistants;

import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.MetadataChange;
import dev.runnel.protocol.ThreadChange;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.responses.ResponseIds;
import dev.runnel.server.engine.conversations.Conversations;
import dev.runnel.server.engine.runs.Runs;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.openapi.Parameter;
import java.util.Map;
import java.util.Optional;

import static dev.runnel.server.http.openapi.Operation.describe;

/** The routes of threads and messages. */
final class ConversationRoutes {
    private final Conversations conversations;
    private final Runs runs;

    ConversationRoutes(Conversations conversations, Runs runs) {
        this.conversations = conversations;
        this.runs = runs;
    }

    void register(Router router) {
        router.route("POST", "/v1/threads", this::createThread,
                describe("createThread", "Create a thread").takes(ThreadRequest.class).gives(AssistantThread.class)
                        .reads(Parameter.IDEMPOTENCY_KEY));
        router.route("GET", "/v1/threads", this::threads,
                describe("listThreads", "List the threads, an extension").givesPageOf(AssistantThread.class));
        router.route("GET", "/v1/threads/{thread_id}", this::thread,
                describe("getThread", "Retrieve a thread").gives(AssistantThread.class));
        router.route("POST", "/v1/threads/{thread_id}", this::modifyThread,
                describe("modifyThread", "Modify a thread").takes(ThreadChange.class).gives(AssistantThread.class));
        router.route("DELETE", "/v1/threads/{thread_id}", this::deleteThread,
                describe("deleteThread", "Delete a thread with all that is in it").gives(Deleted.class));
        registerMessages(router);
    }

    private void registerMessages(Router router) {
        router.route("POST", "/v1/threads/{thread_id}/messages", this::createMessage,
                describe("createMessage", "Add a message to a thread").takes(MessageRequest.class)
                        .gives(Message.class).reads(Parameter.IDEMPOTENCY_KEY));
        router.route("GET", "/v1/threads/{thread_id}/messages", this::messages,
                describe("listMessages", "List a thread's messages").givesPageOf(Message.class)
                        .reads(Parameter.text("run_id", "Only the messages that this run wrote.")));
        router.route("GET", "/v1/threads/{thread_id}/messages/{message_id}", this::message,
                describe("getMessage", "Retrieve a message").gives(Message.class));
        router.route("POST", "/v1/threads/{thread_id}/messages/{message_id}", this::modifyMessage,
                describe("modifyMessage", "Modify a message").takes(MetadataChange.class).gives(Message.class));
        router.route("DELETE", "/v1/threads/{thread_id}/messages/{message_id}", this::deleteMessage,
                describe("deleteMessage", "Delete a message").gives(Deleted.class));
    }

    void createThread(Exchange exchange) {
        ThreadRequest request = exchange.body(ThreadRequests::thread);
        exchange.send(conversations.create(exchange.project(), request, exchange.idempotencyKey()));
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
        MessageRequest request = exchange.body(ThreadRequests::message);
        exchange.send(conversations.create(exchange.project(), threadId, request, exchange.idempotencyKey()));
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
        return exchange.id("thread_id", "thread", ResponseIds::thread);
    }

    private static String messageId(Exchange exchange) {
        return exchange.id("message_id", "msg");
    }
}
