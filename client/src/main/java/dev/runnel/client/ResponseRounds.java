package dev.runnel.client;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.RequiredAction.FunctionToolCall;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.responses.InputItem;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseRequest;
import dev.runnel.protocol.responses.ResponseStatus;
import dev.runnel.protocol.responses.ResponseTools;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Responses that call functions, one after the other: the next request. For one thread. */
final class ResponseRounds {
    private final RunOptions options;

    /** Null before the first further request of a stream whose own request is not known. */
    private @Nullable ResponseRequest request;

    private int rounds;

    /** @param first the request; null for a response that exists already */
    ResponseRounds(@Nullable ResponseRequest first, RunOptions options) {
        this.options = options;
        this.request = first == null ? null : offered(first, options.tools());
    }

    /** The request with the functions as its tools, unless it names tools itself. */
    private static ResponseRequest offered(ResponseRequest request, @Nullable Tools tools) {
        if (tools == null || request.tools() != null) {
            return request;
        }
        List<JsonValue> offered = new ArrayList<>();
        for (Tool tool : tools.definitions()) {
            if (tool instanceof Tool.Function function) {
                offered.add(ResponseTools.function(function.function()));
            }
        }
        return request.toBuilder().tools(offered).build();
    }

    /**
     * The request of the present round.
     *
     * @throws IllegalStateException if it is not known
     */
    ResponseRequest request() {
        if (request == null) {
            throw new IllegalStateException("the response exists already");
        }
        return request;
    }

    /** Whether the server keeps the response of the present round, so that it can be read again. */
    boolean isKept() {
        return request == null || !Boolean.FALSE.equals(request.store());
    }

    /**
     * Calls the functions that a response asks for.
     *
     * @return whether there is another {@linkplain #request() request} to make; if not, the response is the last one
     */
    boolean goesOn(ResponseObject ended) {
        Tools tools = options.tools();
        List<ResponseItem.FunctionCall> calls = ended.openCalls();
        if (tools == null || ended.status() != ResponseStatus.COMPLETED || calls.isEmpty()
                || rounds == options.maxToolRounds()) {
            return false;
        }
        rounds++;
        List<InputItem> outputs = tools
                .answer(calls.stream().map(ResponseRounds::call).toList(), options.toolFailuresThrown()).stream()
                .map(output -> InputItem.functionOutput(output.toolCallId(), output.output()))
                .toList();
        request = next(request == null ? like(ended) : request, ended, outputs);
        return true;
    }

    private static FunctionToolCall call(ResponseItem.FunctionCall call) {
        return new FunctionToolCall(call.callId(), new FunctionToolCall.Call(call.name(), call.arguments()));
    }

    /** If the request forces a tool, it does so in the first round only: otherwise the model could never answer. */
    private static ResponseRequest next(ResponseRequest request, ResponseObject ended, List<InputItem> outputs) {
        ResponseRequest.Builder next = request.toBuilder().toolChoice(null);
        if (request.conversation() != null) {
            next.input(JsonValue.of(outputs));
        } else if (!Boolean.FALSE.equals(request.store())) {
            next.previousResponseId(ended.id()).input(JsonValue.of(outputs));
        } else {
            List<InputItem> all = new ArrayList<>(request.inputItems());
            ended.output().forEach(item -> all.add(InputItem.of(item)));
            all.addAll(outputs);
            next.input(JsonValue.of(all));
        }
        return next.build();
    }

    /** A request with the settings of a response. */
    private static ResponseRequest like(ResponseObject response) {
        ResponseRequest.Builder like = ResponseRequest.builder(response.model(), List.of())
                .tools(response.tools())
                .text(response.text())
                .parallelToolCalls(response.parallelToolCalls())
                .temperature(response.temperature())
                .topP(response.topP())
                .truncation(response.truncation())
                .background(response.background());
        if (response.instructions() != null) {
            like.instructions(response.instructions());
        }
        if (response.maxOutputTokens() != null) {
            like.maxOutputTokens(response.maxOutputTokens());
        }
        if (response.reasoning().effort() != null) {
            like.reasoning(JsonValue.of(Map.of("effort", response.reasoning().effort())));
        }
        return like.build();
    }
}
