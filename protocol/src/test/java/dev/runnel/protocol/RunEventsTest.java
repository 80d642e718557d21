package dev.runnel.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.WireText.Line;
import dev.runnel.protocol.json.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.protocol.WireText.decoded;
import static dev.runnel.protocol.WireText.encoded;
import static dev.runnel.protocol.WireText.json;
import static dev.runnel.protocol.WireText.recorded;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Events between their wire form and their Java form. */
class RunEventsTest {
    static final List<String> RECORDED = List.of(
            "plain-text.sse", "create-thread-and-run.sse", "function-call.sse", "tool-outputs.sse");

    private static final String RUN = """
            {"id":"run_1","object":"thread.run","created_at":1,"assistant_id":"asst_1","thread_id":"thread_1",\
            "status":"%s","model":"m","temperature":0.5,"top_p":1.0,"tools":[%s]}""";
    private static final String STEP = """
            {"id":"step_1","object":"thread.run.step","created_at":1,"run_id":"run_1","assistant_id":"asst_1",\
            "thread_id":"thread_1","type":"x","status":"%s","step_details":%s}""";
    private static final String MESSAGE = """
            {"id":"msg_1","object":"thread.message","created_at":1,"thread_id":"thread_1","status":"%s","role":"%s",\
            "content":[%s]}""";

    @ParameterizedTest
    @FieldSource("RECORDED")
    void everyRecordedEventIsWrittenAsItWasRead(String resource) {
        for (Line line : recorded(resource)) {
            String written = encoded(line.decoded());
            if (line.name().equals("done")) {
                assertThat(written).isEqualTo("[DONE]");
            } else {
                assertThat(json(written)).as(line.name()).isEqualTo(json(line.data()));
                assertThat(names(json(written))).as(line.name()).isEqualTo(names(json(line.data())));
            }
            assertThat(line.decoded().name()).isEqualTo(line.name());
        }
    }

    @Test
    void everyKindOfEventIsReadAsItWasWritten() {
        Run run = ((RunEvent.RunChanged) decoded("thread.run.failed", RUN.formatted("failed", ""))).run();
        RunStep step = ((RunEvent.StepChanged) decoded("thread.run.step.created", STEP.formatted(
                "in_progress", "{\"type\":\"tool_calls\",\"tool_calls\":[]}"))).step();
        Message message = ((RunEvent.MessageChanged) decoded("thread.message.created", MESSAGE.formatted(
                "in_progress", "assistant", ""))).message();
        for (RunEvent event : List.of(
                new RunEvent.ThreadCreated(new AssistantThread("t", 1, Map.of("a", "b"), JsonValue.EMPTY_OBJECT)),
                RunEvent.RunChanged.created(run), RunEvent.RunChanged.of(run),
                RunEvent.StepChanged.created(step), RunEvent.StepChanged.of(step),
                RunEvent.MessageChanged.created(message), RunEvent.MessageChanged.of(message),
                new RunEvent.MessageDelta("m", List.of(
                        new ContentDelta.Text(0, "é\n\"", null), new ContentDelta.Refusal(1, "no"),
                        new ContentDelta.Other(2, JsonValue.parse("{\"index\":2,\"type\":\"x\"}")))),
                new RunEvent.StepDelta("s", List.of(
                        ToolCallDelta.Function.start(0, "c", "f"), ToolCallDelta.Function.more(0, "{"),
                        new ToolCallDelta.Other(1, JsonValue.parse("{\"index\":1,\"type\":\"file_search\"}")))),
                new RunEvent.Failed(new ApiError("m", "t", "p", "c")),
                new RunEvent.Done(),
                new RunEvent.Unknown("thread.sang", JsonValue.parse("{\"song\":1}")))) {
            assertThat(decoded(event.name(), encoded(event))).isEqualTo(event);
        }
    }

    @Test
    void samplingThatWasNotSetIsShownAsOne() {
        Run run = ((RunEvent.RunChanged) decoded("thread.run.created", """
                {"id":"run_1","model":"m","temperature":null}""")).run();
        JsonNode written = json(encoded(RunEvent.RunChanged.of(run)));

        assertThat(run.temperature()).isNull();
        assertThat(written.path("temperature").toString()).isEqualTo("1.0");
        assertThat(written.path("top_p").toString()).isEqualTo("1.0");
    }

    @Test
    void whatIsKeptTellsSamplingThatWasNotSetFromTheDefault() {
        Run run = ((RunEvent.RunChanged) decoded("thread.run.created", """
                {"id":"run_1","model":"m","temperature":1.0}""")).run();
        String kept = new String(Json.writeToKeep(run), UTF_8);

        assertThat(kept).contains("\"temperature\":1.0", "\"top_p\":null");
        assertThat(kept.replace("\"top_p\":null", "\"top_p\":1.0"))
                .isEqualTo(encoded(RunEvent.RunChanged.of(run)));
    }

    @Test
    void deltasHaveExactlyTheMembersTheHostedServiceSent() {
        assertThat(encoded(text("Hel", List.of()))).isEqualTo("""
                {"id":"msg_1","object":"thread.message.delta","delta":{"content":[\
                {"index":0,"type":"text","text":{"value":"Hel","annotations":[]}}]}}""");
        assertThat(encoded(text("lo", null))).isEqualTo("""
                {"id":"msg_1","object":"thread.message.delta","delta":{"content":[\
                {"index":0,"type":"text","text":{"value":"lo"}}]}}""");
        assertThat(encoded(call(ToolCallDelta.Function.start(0, "call_1", "f")))).isEqualTo("""
                {"id":"step_1","object":"thread.run.step.delta","delta":{"step_details":{"type":"tool_calls",\
                "tool_calls":[{"index":0,"id":"call_1","type":"function",\
                "function":{"name":"f","arguments":"","output":null}}]}}}""");
        assertThat(encoded(call(ToolCallDelta.Function.more(0, "{\"a")))).isEqualTo("""
                {"id":"step_1","object":"thread.run.step.delta","delta":{"step_details":{"type":"tool_calls",\
                "tool_calls":[{"index":0,"type":"function","function":{"arguments":"{\\"a"}}]}}}""");
    }

    @Test
    void errorsAreWrittenInTheEnvelopeWithAllMembers() {
        assertThat(encoded(new RunEvent.Failed(ApiError.serverError("no")))).isEqualTo("""
                {"error":{"message":"no","type":"server_error","param":null,"code":null}}""");
    }

    @Test
    void anErrorIsReadInTheEnvelopeAndFlat() {
        RunEvent.Failed expected = new RunEvent.Failed(new ApiError("no", "server_error", null, null));
        assertThat(decoded("error", "{\"error\":{\"message\":\"no\",\"type\":\"server_error\"}}")).isEqualTo(expected);
        assertThat(decoded("error", "{\"message\":\"no\",\"type\":\"server_error\"}")).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            response.sang      | {"a":[1,null]}
            thread.sang        | {"id":"thread_1"}
            thread.run.tallied | {"id":"run_1","object":"thread.run.tally","usage":{}}
            thread.run.step.on | {"id":"step_1","object":"thread.run.step.on"}
            thread.message.seen| {"id":"msg_1","object":"thread.message.receipt"}
            response.noted     | null
            message            | {"event":"thread.run.created"}
            """)
    void anEventThatIsNotKnownIsKept(String name, String data) {
        RunEvent event = decoded(name, data);
        assertThat(event).isEqualTo(new RunEvent.Unknown(name, JsonValue.parse(data)));
        assertThat(encoded(event)).isEqualTo(data);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pong", "", "{\"a\":"})
    void anUnknownEventNeedNotBeJson(String data) {
        assertThat(decoded("ping", data)).isEqualTo(
                new RunEvent.Unknown("ping", JsonValue.of(data)));
    }

    @Test
    void aSnapshotUnderANewNameIsASnapshot() {
        assertThat(decoded("thread.run.paused", RUN.formatted("paused", ""))).isInstanceOfSatisfying(
                RunEvent.RunChanged.class, changed -> {
                    assertThat(changed.name()).isEqualTo("thread.run.paused");
                    assertThat(changed.run().status()).isEqualTo(RunStatus.UNKNOWN);
                });
        assertThat(decoded("thread.run.step.paused", STEP.formatted("paused", "{\"type\":\"dance\",\"dance\":{}}")))
                .isInstanceOf(RunEvent.StepChanged.class);
        assertThat(decoded("thread.message.paused", MESSAGE.formatted("paused", "narrator", "")))
                .isInstanceOf(RunEvent.MessageChanged.class);
    }

    @Test
    void theEndIsKnownByItsDataWhateverItsName() {
        assertThat(decoded("message", "[DONE]")).isEqualTo(new RunEvent.Done());
    }

    @Test
    void membersOfUnionsThatAreNotKnownSurvive() {
        String tool = "{\"type\":\"telescope\",\"telescope\":{\"power\":3}}";
        String details = "{\"type\":\"dance\",\"dance\":{\"steps\":[1,2]}}";
        String call = "{\"id\":\"call_1\",\"type\":\"telescope\",\"telescope\":{\"star\":\"Vega\"}}";
        String part = "{\"type\":\"hologram\",\"hologram\":\"x\"}";
        assertThat(rewritten("thread.run.created", RUN.formatted("queued", tool)).at("/tools/0")).isEqualTo(json(tool));
        assertThat(rewritten("thread.run.step.created", STEP.formatted("in_progress", details)).at("/step_details"))
                .isEqualTo(json(details));
        assertThat(rewritten("thread.run.step.created", STEP.formatted("in_progress",
                "{\"type\":\"tool_calls\",\"tool_calls\":[" + call + "]}")).at("/step_details/tool_calls/0"))
                .isEqualTo(json(call));
        assertThat(rewritten("thread.message.created", MESSAGE.formatted("in_progress", "user", part)).at("/content/0"))
                .isEqualTo(json(part));
        for (String other : List.of("{}", "{\"type\":null,\"x\":{}}", "{\"type\":[\"function\"]}", "{\"type\":\"\"}")) {
            assertThat(rewritten("thread.run.created", RUN.formatted("queued", other)).at("/tools/0"))
                    .isEqualTo(json(other));
        }
    }

    @Test
    void statusesAndRolesThatAreNotKnownOrMissingAreTolerated() {
        assertThat(decoded("thread.run.created", "{\"id\":\"run_1\"}")).isInstanceOfSatisfying(
                RunEvent.RunChanged.class, run -> assertThat(run.run().status()).isEqualTo(RunStatus.UNKNOWN));
        assertThat(decoded("thread.run.step.created", "{\"id\":\"step_1\",\"status\":\"x\"}")).isInstanceOfSatisfying(
                RunEvent.StepChanged.class, step -> assertThat(step.step().status()).isEqualTo(StepStatus.UNKNOWN));
        assertThat(decoded("thread.message.created", MESSAGE.formatted("x", "y", ""))).isInstanceOfSatisfying(
                RunEvent.MessageChanged.class, message -> {
                    assertThat(message.message().status()).isEqualTo(MessageStatus.UNKNOWN);
                    assertThat(message.message().role()).isEqualTo(Role.UNKNOWN);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"thread.created", "thread.run.created", "thread.run.step.created", "thread.message.created",
        "thread.message.delta", "thread.run.step.delta"})
    void aKnownEventWhoseDataIsNoObjectIsRefused(String name) {
        for (String data : List.of("", "x", "{\"id\":", "null", "[]", "1")) {
            byte[] bytes = data.getBytes(UTF_8);
            assertThatThrownBy(() -> RunEvents.decode(name, bytes)).as("%s: %s", name, data)
                    .isInstanceOf(JsonException.class);
        }
    }

    private static RunEvent.MessageDelta text(
            String value, @Nullable List<JsonValue> annotations) {
        return new RunEvent.MessageDelta("msg_1", List.of(new ContentDelta.Text(0, value, annotations)));
    }

    private static RunEvent.StepDelta call(ToolCallDelta delta) {
        return new RunEvent.StepDelta("step_1", List.of(delta));
    }

    private static JsonNode rewritten(String name, String data) {
        return json(encoded(decoded(name, data)));
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }
}
