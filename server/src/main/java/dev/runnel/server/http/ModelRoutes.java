package dev.runnel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.model.Model;

/** The models that can be named. */
final class ModelRoutes {
    private final Model model;

    ModelRoutes(Model model) {
        this.model = model;
    }

    void list(Exchange exchange) {
        ObjectNode page = Json.object().put("object", "list");
        page.set("data", Json.tree(model.list()));
        exchange.send(page);
    }

    void get(Exchange exchange) {
        String id = exchange.request().path().pathParameters().get("model");
        ModelInfo found = model.list().stream()
                .filter(info -> info.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new BadRequestException(
                        404,
                        ApiError.invalidRequest("The model '" + id + "' does not exist", "model", "model_not_found")));
        exchange.send(found);
    }
}
