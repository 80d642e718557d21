package dev.runnel.client;

import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.ThreadChange;
import dev.runnel.protocol.ThreadRequest;

import static dev.runnel.client.exchange.Paths.segment;

/** Threads. Thread-safe. */
public final class ThreadsApi {
    private final Requester requester;

    ThreadsApi(Requester requester) {
        this.requester = requester;
    }

    /** Creates a thread. */
    public AssistantThread create(ThreadRequest request) {
        return requester.create("/threads", request, AssistantThread.class);
    }

    /** A thread by its id. */
    public AssistantThread get(String id) {
        return requester.get(path(id), AssistantThread.class);
    }

    /** All threads. Only Runnel serves this; the protocol has no such list. */
    public Pages<AssistantThread> list() {
        return Pages.of(requester, "/threads", AssistantThread.class);
    }

    /** Changes the fields that the request names. The other fields keep their values. */
    public AssistantThread modify(String id, ThreadChange change) {
        return requester.post(path(id), change, AssistantThread.class);
    }

    /** Deletes a thread with its messages and runs. */
    public Deleted delete(String id) {
        return requester.delete(path(id), Deleted.class);
    }

    private static String path(String id) {
        return "/threads/" + segment(id);
    }
}
