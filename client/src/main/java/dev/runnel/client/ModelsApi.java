package dev.runnel.client;

import dev.runnel.client.exchange.Call;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.ModelLists;
import dev.runnel.protocol.json.Json;
import java.util.List;

import static dev.runnel.client.exchange.Paths.segment;

/** The models that a server names. Thread-safe. */
public final class ModelsApi {
    private final Requester requester;

    ModelsApi(Requester requester) {
        this.requester = requester;
    }

    /**
     * All models; the protocol has one answer for all of them. Lists in the forms of other protocols are read too, and entries
     * without a name are left out.
     */
    public List<ModelInfo> list() {
        return requester.ask(Call.get("/models"), ModelsApi::read);
    }

    private static List<ModelInfo> read(byte[] body) {
        JsonValue answer = Json.read(body, JsonValue.class);
        return ModelLists.read(answer).orElseGet(() -> {
            if (!answer.isObject() || ApiError.fromJson(answer).isPresent()) {
                throw new JsonException("the answer is no list of models", null);
            }
            return List.of();
        });
    }

    /** A model by its name. */
    public ModelInfo get(String id) {
        return requester.ask(
                Call.get("/models/" + segment(id)), body -> ModelLists.model(Json.read(body, JsonValue.class)));
    }
}
