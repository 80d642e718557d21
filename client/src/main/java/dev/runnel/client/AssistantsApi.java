package dev.runnel.client;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantChange;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.Deleted;

import static dev.runnel.client.exchange.Paths.segment;

/** Assistants. Thread-safe. */
public final class AssistantsApi {
    private final Requester requester;

    AssistantsApi(Requester requester) {
        this.requester = requester;
    }

    /** Creates an assistant. */
    public Assistant create(AssistantRequest request) {
        return requester.post("/assistants", request, Assistant.class);
    }

    /** An assistant by its id. */
    public Assistant get(String id) {
        return requester.get(path(id), Assistant.class);
    }

    /** All assistants. */
    public Pages<Assistant> list() {
        return Pages.of(requester, "/assistants", Assistant.class);
    }

    /** Changes the fields that the request names. The other fields keep their values. */
    public Assistant modify(String id, AssistantChange change) {
        return requester.post(path(id), change, Assistant.class);
    }

    /** Deletes an assistant. Its runs go on. */
    public Deleted delete(String id) {
        return requester.delete(path(id), Deleted.class);
    }

    private static String path(String id) {
        return "/assistants/" + segment(id);
    }
}
