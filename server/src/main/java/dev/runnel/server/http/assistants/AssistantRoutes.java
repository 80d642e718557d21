package dev.runnel.server.http.assistants;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantChange;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.Deleted;
import dev.runnel.server.engine.conversations.Assistants;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;

import static dev.runnel.server.http.openapi.Operation.describe;

/** The routes of assistants. */
final class AssistantRoutes {
    private final Assistants assistants;

    AssistantRoutes(Assistants assistants) {
        this.assistants = assistants;
    }

    void register(Router router) {
        router.route("POST", "/v1/assistants", this::create,
                describe("createAssistant", "Create an assistant").takes(AssistantRequest.class)
                        .gives(Assistant.class));
        router.route("GET", "/v1/assistants", this::list,
                describe("listAssistants", "List the assistants").givesPageOf(Assistant.class));
        router.route("GET", "/v1/assistants/{assistant_id}", this::get,
                describe("getAssistant", "Retrieve an assistant").gives(Assistant.class));
        router.route("POST", "/v1/assistants/{assistant_id}", this::modify,
                describe("modifyAssistant", "Modify an assistant").takes(AssistantChange.class)
                        .gives(Assistant.class));
        router.route("DELETE", "/v1/assistants/{assistant_id}", this::delete,
                describe("deleteAssistant", "Delete an assistant").gives(Deleted.class));
    }

    void create(Exchange exchange) {
        exchange.send(assistants.create(exchange.project(), exchange.body(AssistantRequests::assistant)));
    }

    void list(Exchange exchange) {
        exchange.send(assistants.list(exchange.project(), exchange.page()));
    }

    void get(Exchange exchange) {
        exchange.send(assistants.get(exchange.project(), id(exchange)));
    }

    void modify(Exchange exchange) {
        String id = id(exchange);
        exchange.send(assistants.modify(exchange.project(), id, exchange.body(Modifications::assistant)));
    }

    void delete(Exchange exchange) {
        exchange.send(assistants.delete(exchange.project(), id(exchange)));
    }

    private static String id(Exchange exchange) {
        return exchange.id("assistant_id", "asst");
    }
}
