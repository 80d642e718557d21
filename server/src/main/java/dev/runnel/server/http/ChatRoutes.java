package dev.runnel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.client.ApiException;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.LogText;
import dev.runnel.server.RequestId;
import dev.runnel.server.model.ChatRelay;
import dev.runnel.server.model.Model;
import dev.runnel.server.model.ModelException;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import java.io.IOException;
import java.lang.System.Logger.Level;

import static dev.runnel.server.http.openapi.Operation.describe;

/** Chat completions: passed on to the model as they are. One ends with its connection. */
final class ChatRoutes {
    private static final System.Logger LOG = System.getLogger(ChatRoutes.class.getName());

    private final Model model;
    private final EventStreams streams;

    ChatRoutes(Model model, EventStreams streams) {
        this.model = model;
        this.streams = streams;
    }

    void register(Router router) {
        router.route(Method.POST, "/v1/chat/completions", this::create,
                describe("createChatCompletion", "Create a chat completion, passed on to the model server and back")
                        .takes(ChatRequest.class).gives(ObjectNode.class)
                        .gives("text/event-stream", ObjectNode.class));
    }

    void create(Exchange exchange) throws IOException {
        byte[] given = exchange.bytes();
        ObjectNode json = Exchange.object(given);
        String deployment = exchange.parameter(AzurePaths.DEPLOYMENT).orElse(json.path("model").asText());
        boolean asIs = deployment.equals(json.path("model").asText());
        byte[] body = asIs ? given : Json.write(json.put("model", deployment));
        boolean stream = Requests.chat(Fields.of(json));
        // The connection is read ahead from here on, and the model may be silent before its first byte too.
        exchange.response().header(HeaderValues.CONNECTION_CLOSE);
        ConnectionWatch.onHangUp(Thread.currentThread()::interrupt);
        try {
            if (stream) {
                try (ChatRelay relay = model.relay(body)) {
                    streams.chat(exchange.response(), relay, failure -> log(deployment, failure));
                }
            } else {
                exchange.sendJson(200, model.complete(body));
            }
        } catch (ModelException e) {
            log(deployment, e);
            throw e;
        } catch (ApiException e) {
            if (e.status() == 200 || e.status() >= 500) {
                log(deployment, e);
            }
            throw e;
        }
    }

    /** That its own client hung up, which ends the model call, is no failure. */
    private static void log(String model, RuntimeException failure) {
        if (!Thread.currentThread().isInterrupted()) {
            LOG.log(Level.WARNING, "a chat completion failed: {0} (model {1}, request {2})",
                    LogText.oneLine(String.valueOf(failure.getMessage())), LogText.oneLine(model), RequestId.current());
        }
    }
}
