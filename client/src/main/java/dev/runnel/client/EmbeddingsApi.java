package dev.runnel.client;

import dev.runnel.client.exchange.Call;
import dev.runnel.client.transport.Transport.Body;

/** The vectors of texts. Thread-safe. */
public final class EmbeddingsApi {
    private final Requester requester;

    EmbeddingsApi(Requester requester) {
        this.requester = requester;
    }

    /** Waits for the answer to a request in JSON, and returns its JSON unchanged: for relays. */
    public byte[] createRaw(byte[] json) {
        return requester.ask(Call.post("/embeddings", Body.of(json), "application/json").safeToRepeat(), body -> body);
    }
}
