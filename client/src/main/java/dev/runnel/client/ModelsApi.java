package dev.runnel.client;

import dev.runnel.client.exchange.Call;
import dev.runnel.client.exchange.Paths;
import dev.runnel.protocol.ModelInfo;
import java.util.List;

import static dev.runnel.client.exchange.Paths.segment;

/** The models that a server names. Thread-safe. */
public final class ModelsApi {
    private final Requester requester;

    ModelsApi(Requester requester) {
        this.requester = requester;
    }

    /** All models; the protocol has one answer for all of them. */
    public List<ModelInfo> list() {
        return requester.ask(Call.get("/models"), body -> Paths.page(body, ModelInfo.class)).data();
    }

    /** A model by its name. */
    public ModelInfo get(String id) {
        return requester.get("/models/" + segment(id), ModelInfo.class);
    }
}
