package dev.runnel.server.http.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.model.Model;
import dev.runnel.server.engine.projects.Admissions;
import dev.runnel.server.engine.projects.UsageBook;
import dev.runnel.server.http.exchange.Endpoints;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.SchemaFields;
import java.util.Map;

/** The API of chat completions and of the models that they can name. */
public final class ChatEndpoints implements Endpoints {
    private final Model model;
    private final Admissions admissions;
    private final UsageBook usage;

    public ChatEndpoints(Model model, Admissions admissions, UsageBook usage) {
        this.model = model;
        this.admissions = admissions;
        this.usage = usage;
    }

    @Override
    public void register(Router router) {
        new ChatRoutes(model, usage).register(router);
        new ModelRoutes(model, admissions).register(router);
    }

    @Override
    public Map<String, ObjectNode> schemas() {
        return Map.of("ChatRequest", SchemaFields.describe(ChatRoutes::read).without("additionalProperties"));
    }
}
