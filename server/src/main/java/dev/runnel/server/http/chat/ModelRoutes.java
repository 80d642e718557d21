package dev.runnel.server.http.chat;

import dev.runnel.model.Model;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.server.engine.projects.Admissions;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.BadRequestException;

import static dev.runnel.server.http.openapi.Operation.describe;

/** The routes of the models that requests can name. */
final class ModelRoutes {
    private final Model model;
    private final Admissions admissions;

    ModelRoutes(Model model, Admissions admissions) {
        this.model = model;
        this.admissions = admissions;
    }

    void register(Router router) {
        router.route("GET", "/v1/models", this::list,
                describe("listModels", "List the models").gives(ModelList.class));
        router.route("GET", "/v1/models/{+model}", this::get,
                describe("retrieveModel", "Retrieve a model").gives(ModelInfo.class));
    }

    void list(Exchange exchange) {
        exchange.send(new ModelList(model.list().stream()
                .filter(info -> admissions.allows(exchange.project(), info.id())).toList()));
    }

    void get(Exchange exchange) {
        String id = exchange.parameter("model").orElse("");
        ModelInfo found = admissions.allows(exchange.project(), id) ? model.find(id) : null;
        if (found == null) {
            throw new BadRequestException(
                    404, ApiError.invalidRequest("The model '" + id + "' does not exist", "model", "model_not_found"));
        }
        exchange.send(found);
    }
}
