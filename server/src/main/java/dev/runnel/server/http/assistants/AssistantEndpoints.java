package dev.runnel.server.http.assistants;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.server.engine.Engine;
import dev.runnel.server.http.exchange.Endpoints;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.SchemaFields;
import dev.runnel.server.metrics.Metrics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The Assistants API: assistants, threads, messages, runs and run steps. */
public final class AssistantEndpoints implements Endpoints {
    private final Engine engine;
    private final RunStreams streams;

    /**
     * The endpoints of an engine.
     *
     * @param heartbeat how long a run's stream may be silent before the server sends a comment, so that neither a proxy
     *     nor a client gives up
     * @param metrics is told of streams
     */
    public AssistantEndpoints(Engine engine, Duration heartbeat, Metrics metrics) {
        this.engine = engine;
        this.streams = new RunStreams(heartbeat, metrics);
    }

    @Override
    public void register(Router router) {
        new AssistantRoutes(engine.assistants()).register(router);
        new RunRoutes(engine.runs(), engine.steps(), streams).register(router);
        new ConversationRoutes(engine.conversations(), engine.runs()).register(router);
    }

    @Override
    public Map<String, ObjectNode> schemas() {
        Map<String, ObjectNode> schemas = new LinkedHashMap<>();
        schemas.put("FunctionTool", SchemaFields.describe(ToolFields::tool));
        schemas.put("ResponseFormat", SchemaFields.describe("response_format", ModelFields::responseFormat));
        schemas.put("ToolChoice", SchemaFields.describe("tool_choice", ToolFields::toolChoice));
        schemas.put("ToolResources", SchemaFields.describe("tool_resources", FileReferences::toolResources));
        schemas.put("MessageRequest", SchemaFields.describe(ThreadRequests::message));
        schemas.put("ThreadRequest", SchemaFields.describe(ThreadRequests::thread));
        schemas.put("ThreadChange", SchemaFields.describe(Modifications::thread));
        schemas.put("AssistantRequest", SchemaFields.describe(AssistantRequests::assistant));
        schemas.put("AssistantChange", SchemaFields.describe(Modifications::assistant));
        schemas.put("MetadataChange", SchemaFields.describe(Modifications::metadata));
        ObjectNode run = SchemaFields.describe(RunRequests::run);
        run.withObjectProperty("properties")
                .setAll(SchemaFields.describe(RunRequests::threadAndRun).withObjectProperty("properties"));
        schemas.put("RunRequest", run);
        schemas.put("ToolOutputsRequest", SchemaFields.describe(RunRequests::toolOutputs));
        return schemas;
    }
}
