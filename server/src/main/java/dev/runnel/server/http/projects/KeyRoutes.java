package dev.runnel.server.http.projects;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.Deleted;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.projects.ProjectKeys;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.fields.Fields;
import java.util.Objects;

import static dev.runnel.server.http.openapi.Operation.describe;

/** The routes of keys, for the operator alone. */
final class KeyRoutes {
    private static final int MAX_NAME = 256;

    private final ProjectKeys keys;

    KeyRoutes(ProjectKeys keys) {
        this.keys = keys;
    }

    void register(Router router) {
        router.route("POST", "/v1/keys", this::create,
                describe("createKey", "Make a key of a project; for the operator's key alone, an extension")
                        .takes(KeyRequest.class).gives(NewKey.class));
        router.route("GET", "/v1/keys", this::list,
                describe("listKeys", "List the keys that were made; for the operator's key alone, an extension")
                        .gives(KeyList.class));
        router.route("DELETE", "/v1/keys/{key_id}", this::revoke,
                describe("revokeKey", "Revoke a key; for the operator's key alone, an extension")
                        .gives(Deleted.class));
    }

    static KeyRequest read(Fields f) {
        String project = f.requiredString("project", ApiKeys.MAX_PROJECT, ApiKeys.PROJECT);
        String name = f.string("name", MAX_NAME);
        return new KeyRequest(new Project(project), Objects.requireNonNullElse(name, ""));
    }

    void create(Exchange exchange) {
        KeyRequest request = exchange.body(KeyRoutes::read);
        requireOperator(exchange);
        exchange.send(NewKey.of(keys.create(request.project(), request.name())));
    }

    void list(Exchange exchange) {
        requireOperator(exchange);
        exchange.send(new KeyList(keys.list()));
    }

    void revoke(Exchange exchange) {
        String id = exchange.id("key_id", "key_");
        requireOperator(exchange);
        keys.revoke(id);
        exchange.send(Deleted.of(id, "key.deleted"));
    }

    private static void requireOperator(Exchange exchange) {
        if (!exchange.project().equals(Project.OPERATOR)) {
            throw new BadRequestException(403, ApiError.invalidRequest(
                    "Only the operator's key makes, lists and revokes keys. The server gets it from RUNNEL_OPERATOR_KEY or"
                            + " --operator-key.",
                    null, "operator_only"));
        }
    }
}
