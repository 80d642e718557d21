package dev.runnel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.server.model.ChatRelay;
import dev.runnel.server.model.Model;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import java.io.IOException;

import static dev.runnel.server.http.openapi.Operation.describe;

/** Chat completions: passed on to the model as they are. One ends with its connection. */
final class ChatRoutes {
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
        byte[] body = exchange.bytes();
        boolean stream = Requests.chat(Fields.of(Exchange.object(body)));
        // The connection is read ahead from here on, and the model may be silent before its first byte too.
        exchange.response().header(HeaderValues.CONNECTION_CLOSE);
        ConnectionWatch.onHangUp(Thread.currentThread()::interrupt);
        if (stream) {
            try (ChatRelay relay = model.relay(body)) {
                streams.chat(exchange.response(), relay);
            }
        } else {
            exchange.sendJson(200, model.complete(body));
        }
    }
}
