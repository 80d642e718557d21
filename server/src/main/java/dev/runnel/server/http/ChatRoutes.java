package dev.runnel.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.server.model.ChatRelay;
import dev.runnel.server.model.Model;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

import static dev.runnel.server.http.openapi.Operation.describe;

/** Chat completions: passed on to the model as they are. One ends with its connection. */
final class ChatRoutes {
    private final Model model;
    private final EventStreams streams;

    /** What is looked at in a request; all else is passed on too. */
    record ChatCompletionRequest(
            String model,
            List<ObjectNode> messages,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean stream) {}

    ChatRoutes(Model model, EventStreams streams) {
        this.model = model;
        this.streams = streams;
    }

    void register(Router router) {
        router.route(Method.POST, "/v1/chat/completions", this::create,
                describe("createChatCompletion", "Create a chat completion, passed on to the model server and back")
                        .takes(ChatCompletionRequest.class).gives(ObjectNode.class)
                        .gives("text/event-stream", ObjectNode.class));
    }

    void create(Exchange exchange) throws IOException {
        byte[] body = exchange.bytes();
        boolean stream = check(Exchange.object(body));
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

    /** What must be right for the request to be passed on; all else is between the caller and the model. */
    private static boolean check(ObjectNode body) {
        Fields fields = Fields.of(body);
        fields.requiredString("model", 256);
        JsonNode messages = fields.required("messages");
        if (!messages.isArray()) {
            throw fields.wrongType("messages", "an array of objects", messages);
        }
        if (messages.isEmpty()) {
            throw BadRequestException.of(
                    "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
                    "messages",
                    "empty_array");
        }
        return Boolean.TRUE.equals(fields.bool("stream"));
    }
}
