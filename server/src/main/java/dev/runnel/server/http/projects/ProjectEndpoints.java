package dev.runnel.server.http.projects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.server.engine.projects.ProjectKeys;
import dev.runnel.server.engine.projects.UsageBook;
import dev.runnel.server.http.exchange.Endpoints;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.SchemaFields;
import java.util.Map;

/** Keys of projects, and their use of models. */
public final class ProjectEndpoints implements Endpoints {
    private final ProjectKeys keys;
    private final UsageBook usage;

    public ProjectEndpoints(ProjectKeys keys, UsageBook usage) {
        this.keys = keys;
        this.usage = usage;
    }

    @Override
    public void register(Router router) {
        new KeyRoutes(keys).register(router);
        new UsageRoutes(usage).register(router);
    }

    @Override
    public Map<String, ObjectNode> schemas() {
        return Map.of("KeyRequest", SchemaFields.describe(KeyRoutes::read));
    }
}
