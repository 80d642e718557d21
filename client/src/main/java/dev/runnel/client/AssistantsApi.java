package dev.runnel.client;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantRequest;

import static dev.runnel.client.Paths.segment;

/** Assistants. Thread-safe. */
public final class AssistantsApi {
    private final Exchange exchange;

    AssistantsApi(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Creates an assistant. */
    public Assistant create(AssistantRequest request) {
        return exchange.post("/assistants", request, Assistant.class);
    }

    /** An assistant by its id. */
    public Assistant get(String id) {
        return exchange.get("/assistants/" + segment(id), Assistant.class);
    }
}
