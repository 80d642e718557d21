package dev.runnel.server.http;

import dev.runnel.server.engine.Assistants;

/** Assistants. */
final class AssistantRoutes {
    private final Assistants assistants;

    AssistantRoutes(Assistants assistants) {
        this.assistants = assistants;
    }

    void create(Exchange exchange) {
        exchange.send(assistants.create(exchange.project(), exchange.body(Requests::assistant)));
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
