package dev.runnel.server.http.projects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.server.engine.projects.UsageBook;
import dev.runnel.server.http.exchange.Endpoints;
import dev.runnel.server.http.exchange.Router;
import java.util.Map;

/** What projects used. */
public final class ProjectEndpoints implements Endpoints {
    private final UsageBook usage;

    public ProjectEndpoints(UsageBook usage) {
        this.usage = usage;
    }

    @Override
    public void register(Router router) {
        new UsageRoutes(usage).register(router);
    }

    @Override
    public Map<String, ObjectNode> schemas() {
        return Map.of();
    }
}
