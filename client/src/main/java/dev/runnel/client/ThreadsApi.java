package dev.runnel.client;

import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.ThreadRequest;

import static dev.runnel.client.Paths.segment;

/** Threads and their messages. Thread-safe. */
public final class ThreadsApi {
    private final Exchange exchange;

    ThreadsApi(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Creates a thread. */
    public AssistantThread create(ThreadRequest request) {
        return exchange.post("/threads", request, AssistantThread.class);
    }

    /** A thread by its id. */
    public AssistantThread get(String id) {
        return exchange.get("/threads/" + segment(id), AssistantThread.class);
    }

    /** Adds a message to a thread. */
    public Message addMessage(String threadId, MessageRequest request) {
        return exchange.post("/threads/" + segment(threadId) + "/messages", request, Message.class);
    }

    /** A thread's messages, newest first, the first page of at most 20. */
    public Page<Message> messages(String threadId) {
        return exchange.page("/threads/" + segment(threadId) + "/messages", Message.class);
    }

    /** The messages that a run wrote, newest first, the first page of at most 20. */
    public Page<Message> messages(String threadId, String runId) {
        String path = "/threads/" + segment(threadId) + "/messages?run_id=" + segment(runId);
        return exchange.page(path, Message.class);
    }
}
