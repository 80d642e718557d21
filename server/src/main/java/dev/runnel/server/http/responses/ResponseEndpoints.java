package dev.runnel.server.http.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.server.engine.Engine;
import dev.runnel.server.http.exchange.Endpoints;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.SchemaFields;
import dev.runnel.server.http.responses.events.ResponseStreams;
import dev.runnel.server.http.responses.requests.ConversationChange;
import dev.runnel.server.http.responses.requests.ConversationRequest;
import dev.runnel.server.http.responses.requests.ItemsRequest;
import dev.runnel.server.http.responses.requests.ResponseRequests;
import dev.runnel.server.metrics.Metrics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The Responses API and Conversations. */
public final class ResponseEndpoints implements Endpoints {
    private final Engine engine;
    private final ResponseStreams streams;

    /**
     * The endpoints of an engine.
     *
     * @param heartbeat how long a response's stream may be silent before the server sends a comment
     * @param metrics is told of streams
     */
    public ResponseEndpoints(Engine engine, Duration heartbeat, Metrics metrics) {
        this.engine = engine;
        this.streams = new ResponseStreams(heartbeat, metrics);
    }

    @Override
    public void register(Router router) {
        new ResponseRoutes(engine.runs(), engine.contents(), streams).register(router);
        new ConversationRoutes(engine.conversations(), engine.contents(), engine.runs()).register(router);
    }

    @Override
    public Map<String, ObjectNode> schemas() {
        Map<String, ObjectNode> schemas = new LinkedHashMap<>();
        schemas.put("ResponseRequest", SchemaFields.describe(ResponseRequests::response));
        schemas.put("TokensRequest", SchemaFields.describe(ResponseRequests::tokens));
        schemas.put("ConversationRequest", SchemaFields.describe(ConversationRequest::read));
        schemas.put("ConversationChange", SchemaFields.describe(ConversationChange::read));
        schemas.put("ItemsRequest", SchemaFields.describe(ItemsRequest::read));
        return schemas;
    }
}
