package dev.runnel.client;

import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.MetadataChange;

import static dev.runnel.client.exchange.Paths.segment;

/** The messages of threads. Thread-safe. */
public final class MessagesApi {
    private final Requester requester;

    MessagesApi(Requester requester) {
        this.requester = requester;
    }

    /** Adds a message to a thread. */
    public Message create(String threadId, MessageRequest request) {
        return requester.create(path(threadId), request, Message.class);
    }

    /** A message by its id. */
    public Message get(String threadId, String id) {
        return requester.get(path(threadId, id), Message.class);
    }

    /** A thread's messages. */
    public Pages<Message> list(String threadId) {
        return Pages.of(requester, path(threadId), Message.class);
    }

    /** The messages that a run wrote. */
    public Pages<Message> ofRun(String threadId, String runId) {
        return Pages.of(requester, path(threadId) + "?run_id=" + segment(runId), Message.class);
    }

    /** Changes a message's metadata. */
    public Message modify(String threadId, String id, MetadataChange change) {
        return requester.post(path(threadId, id), change, Message.class);
    }

    /** Deletes a message. */
    public Deleted delete(String threadId, String id) {
        return requester.delete(path(threadId, id), Deleted.class);
    }

    private static String path(String threadId) {
        return "/threads/" + segment(threadId) + "/messages";
    }

    private static String path(String threadId, String id) {
        return path(threadId) + "/" + segment(id);
    }
}
