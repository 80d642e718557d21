package dev.runnel.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.responses.InputItem;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseRequest;
import dev.runnel.protocol.responses.ResponseStatus;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.ResponseScripts.LOG;
import static dev.runnel.client.ResponseScripts.call;
import static dev.runnel.client.ResponseScripts.calling;
import static dev.runnel.client.ResponseScripts.changed;
import static dev.runnel.client.ResponseScripts.events;
import static dev.runnel.client.ResponseScripts.json;
import static dev.runnel.client.ResponseScripts.said;
import static dev.runnel.client.ResponseScripts.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Responses whose functions are called while they are read, and those whose text is an object. */
@Timeout(180)
class ResponseToolsTest {
    private static final ResponseRequest REQUEST = ResponseRequest.builder("m", "Weather?")
            .instructions("Be brief.").build();
    private static final String BONN = call("call_1", "weather", "{\"city\":\"Bonn\"}");
    private static final String ROME = call("call_2", "weather", "{\"city\":\"Rome\"}");

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).maxRetries(0).build();
    private final List<String> called = new ArrayList<>();

    record Place(String city) {}

    record Weather(int degrees, String sky) {}

    private final Tools tools = Tools.of(FunctionTool.of("weather", "Current weather", Place.class, place -> {
        called.add(place.city());
        return new Weather(20, "blue");
    }));
    private final RunOptions options = RunOptions.DEFAULT.withTools(tools);

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private JsonNode request(int n) {
        return server.requests().get(n).json();
    }

    @Test
    void functionsAreCalledRoundAfterRoundInOneStream() {
        server.enqueue(calling("resp_a", BONN, ROME), calling("resp_b", call("call_3", "weather", "{}")), stream(LOG));
        try (ResponseStream stream = client.responses().stream(REQUEST, options)) {
            assertThat(stream).extracting(ResponseEvent::type).containsExactly(
                    "response.created", "response.completed", "response.created", "response.completed",
                    "response.created", "response.in_progress", "response.output_item.added",
                    "response.output_text.delta", "response.output_text.delta", "response.output_text.delta",
                    "response.completed");
            assertThat(stream.responseId()).contains("resp_1");
            assertThat(stream.lastSequenceNumber()).isEqualTo(6);
            assertThat(stream.finalResponse().outputText()).isEqualTo("Hello!");
        }
        assertThat(called).containsExactly("Bonn", "Rome");
        assertThat(request(0).path("tools").toString()).startsWith(
                "[{\"type\":\"function\",\"name\":\"weather\",\"description\":\"Current weather\",\"parameters\":");
        assertThat(request(1).path("previous_response_id").asText()).isEqualTo("resp_a");
        assertThat(request(1).path("input").toString()).isEqualTo("""
                [{"type":"function_call_output","call_id":"call_1",\
                "output":"{\\"degrees\\":20,\\"sky\\":\\"blue\\"}"},\
                {"type":"function_call_output","call_id":"call_2",\
                "output":"{\\"degrees\\":20,\\"sky\\":\\"blue\\"}"}]""");
        assertThat(request(1).path("instructions").asText()).as("which hold for one response").isEqualTo("Be brief.");
        assertThat(request(1).path("tools")).isEqualTo(request(0).path("tools"));
        assertThat(request(2).path("previous_response_id").asText()).isEqualTo("resp_b");
        assertThat(request(2).path("input").toString()).contains("could not be read");
    }

    @Test
    void aWholeResponseCallsFunctionsToo() {
        server.enqueue(Script.json(200, json("resp_a", "completed", BONN)),
                Script.json(200, json("resp_b", "completed", said("20 degrees"))));
        ResponseObject response = client.responses().create(REQUEST, options);
        assertThat(response.outputText()).isEqualTo("20 degrees");
        assertThat(called).containsExactly("Bonn");
        assertThat(request(1).path("stream").asBoolean()).isFalse();
    }

    @Test
    void aConversationGoesOnInItself() {
        server.enqueue(calling("resp_a", BONN), stream(LOG));
        ResponseRequest request = REQUEST.toBuilder().conversation("conv_1").build();
        try (ResponseStream stream = client.responses().stream(request, options)) {
            stream.finalResponse();
        }
        assertThat(request(1).path("conversation").asText()).isEqualTo("conv_1");
        assertThat(request(1).has("previous_response_id")).isFalse();
    }

    @Test
    void whereNothingIsStoredAllIsSentAgain() {
        server.enqueue(calling("resp_a", said("One moment."), BONN), stream(LOG));
        ResponseRequest request = REQUEST.toBuilder().store(false).build();
        try (ResponseStream stream = client.responses().stream(request, options)) {
            stream.finalResponse();
        }
        assertThat(request(1).has("previous_response_id")).isFalse();
        assertThat(request(1).path("input").findValuesAsText("type")).containsExactly(
                "message", "message", "output_text", "function_call", "function_call_output");
        assertThat(request(1).path("input").get(0)).isEqualTo(
                Json.tree(InputItem.user("Weather?")));
    }

    @Test
    void aForcedFunctionIsForcedOnce() {
        server.enqueue(calling("resp_a", BONN), stream(LOG));
        ResponseRequest request = REQUEST.toBuilder()
                .toolChoice(JsonValue.of("required")).build();
        try (ResponseStream stream = client.responses().stream(request, options)) {
            stream.finalResponse();
        }
        assertThat(request(0).path("tool_choice").asText()).isEqualTo("required");
        assertThat(request(1).has("tool_choice")).isFalse();
    }

    @Test
    void afterSoManyRoundsTheCallsAreTheCallers() {
        server.enqueue(calling("resp_a", BONN), calling("resp_b", ROME));
        try (ResponseStream stream = client.responses().stream(REQUEST, options.withMaxToolRounds(1))) {
            ResponseObject response = stream.finalResponse();
            assertThat(response.id()).isEqualTo("resp_b");
            assertThat(response.openCalls()).hasSize(1);
        }
        assertThat(called).containsExactly("Bonn");
    }

    @Test
    void callsThatAreAnsweredOrCutOffAreNotMade() {
        String output = """
                {"id":"fco_1","type":"function_call_output","call_id":"call_1","output":"rain","status":"completed"}""";
        server.enqueue(calling("resp_a", BONN, output), stream(
                changed("created", 0, "in_progress", ""), changed("incomplete", 1, "incomplete", BONN)));
        for (int i = 0; i < 2; i++) {
            try (ResponseStream stream = client.responses().stream(REQUEST, options)) {
                stream.finalResponse();
            }
        }
        assertThat(called).isEmpty();
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aResumedResponseGoesOnWithItsOwnSettings() {
        server.answerOthers(get -> calling("resp_a", BONN));
        server.enqueue(stream(LOG));
        try (ResponseStream stream = client.responses().resume("resp_a", 0, options)) {
            assertThat(stream.finalResponse().outputText()).isEqualTo("Hello!");
        }
        assertThat(request(0).path("model").asText()).isEqualTo("m");
        assertThat(request(0).path("instructions").asText()).isEqualTo("Be brief.");
        assertThat(request(0).path("previous_response_id").asText()).isEqualTo("resp_a");
        assertThat(request(0).path("input").findValuesAsText("type")).containsExactly("function_call_output");
    }

    @Test
    void aBreakInAFurtherRoundIsGotOver() {
        server.enqueue(calling("resp_a", BONN), events(Script.sse(), LOG[0], LOG[1], LOG[2]).close());
        List<String> gets = new ArrayList<>();
        server.answerOthers(get -> {
            gets.add(get.path());
            return ResponseScripts.after(2, LOG);
        });
        List<ResponseEvent> events = new ArrayList<>();
        try (ResponseStream stream = client.responses().stream(REQUEST, options.withAutoResume(1))) {
            stream.forEach(events::add);
            assertThat(stream.finalResponse().outputText()).isEqualTo("Hello!");
        }
        assertThat(events.subList(2, events.size())).containsExactly(LOG);
        assertThat(gets).containsExactly("/v1/responses/resp_1?stream=true&starting_after=2");
    }

    @Test
    void aFurtherRequestWithoutAnAnswerIsSentAgainUnderItsKeyAndTheFunctionIsNot() {
        server.enqueue(calling("resp_a", BONN), Script.plain().headWithBody().close(), stream(LOG));
        try (RunnelClient keyed = clientOf(server).maxRetries(0).idempotencyKeys(true).build();
                ResponseStream stream = keyed.responses().stream(REQUEST, options.withAutoResume(1))) {
            assertThat(stream.finalResponse().outputText()).isEqualTo("Hello!");
        }
        assertThat(called).containsExactly("Bonn");
        List<String> keys = server.requests().stream().map(request -> request.headers().get("Idempotency-Key"))
                .toList();
        assertThat(keys.get(1)).isEqualTo(keys.get(2)).isNotEqualTo(keys.get(0));
        server.enqueue(calling("resp_a", BONN), Script.plain().headWithBody().close());
        try (ResponseStream stream = client.responses().stream(REQUEST, options.withAutoResume(1))) {
            assertThatThrownBy(stream::finalResponse).isInstanceOf(ConnectionException.class);
        }
        assertThat(server.requests()).as("without a key it could be done twice").hasSize(5);
    }

    @Test
    void aFunctionsFailureIsToldToTheModelOrThrown() {
        RunOptions failing = RunOptions.DEFAULT.withTools(
                Tools.of(FunctionTool.of("weather", "w", Place.class, place -> {
                    throw new IllegalStateException("no network");
                })));
        server.enqueue(calling("resp_a", BONN), stream(LOG), calling("resp_b", BONN));
        try (ResponseStream stream = client.responses().stream(REQUEST, failing)) {
            stream.finalResponse();
        }
        assertThat(request(1).path("input").toString()).contains("no network");
        try (ResponseStream stream = client.responses().stream(REQUEST, failing.withToolFailuresThrown(true))) {
            assertThatThrownBy(stream::finalResponse).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aTextIsReadAsAnObject() {
        String object = "```json\\n{\\\"degrees\\\": 20, \\\"sky\\\": \\\"blue\\\"}\\n```";
        server.enqueue(Script.json(200, json("resp_a", "completed", said("I look.") + "," + said(object))));
        assertThat(client.responses().create(REQUEST, Weather.class)).isEqualTo(new Weather(20, "blue"));
        JsonNode format = request(0).at("/text/format");
        assertThat(format.path("type").asText()).isEqualTo("json_schema");
        assertThat(format.path("name").asText()).isEqualTo("Weather");
        assertThat(format.at("/schema/properties/degrees/type").asText()).isEqualTo("integer");

        server.enqueue(Script.json(200, json("resp_a", "completed", BONN)),
                Script.json(200, json("resp_b", "completed", said(object))));
        StructuredResponse<Weather> reply = client.responses().create(REQUEST, Weather.class, options);
        assertThat(reply.value()).isEqualTo(new Weather(20, "blue"));
        assertThat(reply.response().id()).isEqualTo("resp_b");

        server.enqueue(stream(LOG[0], changed("completed", 1, "completed", said(object))));
        try (ResponseStream stream = client.responses().stream(ResponsesApi.structured(REQUEST, Weather.class))) {
            assertThat(stream.finalObject(Weather.class)).isEqualTo(new Weather(20, "blue"));
        }
    }

    @Test
    void whatIsNoObjectIsNotUsable() {
        String refusal = "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":["
                + "{\"type\":\"refusal\",\"refusal\":\"I must not.\"}]}";
        server.enqueue(
                Script.json(200, json("r", "completed", refusal)),
                Script.json(200, json("r", "completed", BONN)),
                Script.json(200, json("r", "incomplete", said("{\\\"degrees\\\": 2"))),
                Script.json(200, json("r", "completed", said("It is warm."))),
                Script.json(200, json("r", "completed", said("{\\\"degrees\\\": 20}"))),
                Script.json(200, json("r", "failed", "")));
        for (String reason : List.of("I must not.", "calls functions", "the response is incomplete",
                "the reply is not a Weather", "sky is missing")) {
            assertThatThrownBy(() -> client.responses().create(REQUEST, Weather.class))
                    .isInstanceOf(UnusableReplyException.class).hasMessageContaining(reason);
        }
        assertThatThrownBy(() -> client.responses().create(REQUEST, Weather.class))
                .isInstanceOfSatisfying(ResponseFailedException.class,
                        failed -> assertThat(failed.response().status()).isEqualTo(ResponseStatus.FAILED));
    }
}
