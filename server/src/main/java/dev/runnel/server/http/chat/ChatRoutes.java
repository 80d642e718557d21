package dev.runnel.server.http.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.model.ChatRelay;
import dev.runnel.model.ErrorAnswerException;
import dev.runnel.model.Model;
import dev.runnel.model.ModelException;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.base.LogText;
import dev.runnel.server.base.RequestId;
import dev.runnel.server.engine.projects.UsageBook;
import dev.runnel.server.http.exchange.AzurePaths;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.JsonFields;
import dev.runnel.server.http.fields.Limits;
import java.io.IOException;
import java.lang.System.Logger.Level;

import static dev.runnel.server.http.openapi.Operation.describe;

/**
 * The route of chat completions. Requests are passed on to the model unchanged, except that the model of an Azure path
 * replaces the one in the body. A chat completion ends when its client hangs up.
 */
final class ChatRoutes {
    private static final System.Logger LOG = System.getLogger(ChatRoutes.class.getName());

    private final Model model;
    private final UsageBook usage;

    ChatRoutes(Model model, UsageBook usage) {
        this.model = model;
        this.usage = usage;
    }

    void register(Router router) {
        router.route("POST", "/v1/chat/completions", this::create,
                describe("createChatCompletion", "Create a chat completion, passed on to the model server and back")
                        .takes(ChatRequest.class).gives(ObjectNode.class)
                        .gives("text/event-stream", ObjectNode.class));
    }

    void create(Exchange exchange) throws IOException {
        Call call = call(exchange);
        exchange.admit(call.model());
        exchange.request().onHangUp(Thread.currentThread()::interrupt);
        try (ChatTally tally = new ChatTally(usage, exchange.project(), call.model(), call.promptTokens())) {
            if (call.stream()) {
                stream(exchange, call, tally);
            } else {
                exchange.sendJson(200, tally.whole(() -> model.complete(call.takeBody())));
            }
        } catch (ModelException e) {
            if (!isCallersFault(e)) {
                log(call.model(), e);
            }
            throw e;
        }
    }

    private void stream(Exchange exchange, Call call, ChatTally tally) throws IOException {
        try (ChatRelay relay = tally.streamed(() -> model.relay(call.takeBody()))) {
            exchange.close(); // the model server has the request now: its memory can be given back
            ChatStreams.write(exchange.response(), relay, failure -> log(call.model(), failure));
        }
    }

    private static boolean isCallersFault(ModelException failure) {
        return failure instanceof ErrorAnswerException answer && answer.status() < 500;
    }

    private static Call call(Exchange exchange) {
        byte[] given = exchange.bytes();
        ObjectNode json = Exchange.object(given);
        String named = json.path("model").asText();
        String deployment = exchange.parameter(AzurePaths.DEPLOYMENT).orElse(named);
        byte[] body = deployment.equals(named) ? given : Json.write(json.put("model", deployment));
        return new Call(deployment, read(JsonFields.of(json)), ChatTally.promptTokens(json), body);
    }

    /**
     * Checks only the fields that the server itself needs; all others are for the model to check. Returns whether the
     * answer is to be streamed.
     */
    static Boolean read(Fields f) {
        f.requiredString("model", Limits.MODEL);
        f.requiredArray("messages", 1);
        return Boolean.TRUE.equals(f.bool("stream"));
    }

    /**
     * A request to the model. {@link #takeBody} also forgets the body, so that a long stream does not keep it in
     * memory.
     */
    private static final class Call {
        private final String model;
        private final boolean stream;
        private final long promptTokens;
        private byte[] body;

        Call(String model, boolean stream, long promptTokens, byte[] body) {
            this.model = model;
            this.stream = stream;
            this.promptTokens = promptTokens;
            this.body = body;
        }

        String model() {
            return model;
        }

        boolean stream() {
            return stream;
        }

        /** As {@link ChatTally} estimates it. */
        long promptTokens() {
            return promptTokens;
        }

        byte[] takeBody() {
            byte[] taken = body;
            body = new byte[0];
            return taken;
        }
    }

    /**
     * Logs a failure, unless the thread is interrupted: then the client hung up, which ends the call of the model and
     * is no failure.
     */
    private void log(String asked, RuntimeException failure) {
        if (!Thread.currentThread().isInterrupted()) {
            LOG.log(Level.WARNING, "a chat completion failed: {0} ({1}, request {2})",
                    LogText.oneLine(String.valueOf(failure.getMessage())), LogText.model(asked, model.answering(asked)),
                    RequestId.current());
        }
    }
}
