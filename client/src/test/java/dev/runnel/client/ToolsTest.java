package dev.runnel.client;

import dev.runnel.protocol.Message;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.Tool;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.runnel.client.Fixture.clientOf;
import static dev.runnel.client.RunScripts.after;
import static dev.runnel.client.RunScripts.done;
import static dev.runnel.client.RunScripts.events;
import static dev.runnel.client.RunScripts.requiresAction;
import static dev.runnel.client.RunScripts.run;
import static dev.runnel.client.RunScripts.runJson;
import static dev.runnel.client.RunScripts.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Runs whose tools are called while their stream is read. */
@Timeout(180)
class ToolsTest {
    private static final RunRequest REQUEST = RunRequest.builder("asst_1").build();

    private final ScriptedModelServer server = ScriptedModelServer.start();
    private final RunnelClient client = clientOf(server).maxRetries(0).build();
    private final List<String> called = new ArrayList<>();

    record Place(String city) {}

    record Sum(int a, int b) {}

    record Weather(int degrees, String sky) {}

    private final Tools tools = Tools.of(
            FunctionTool.of("weather", "Current weather", Place.class, place -> {
                called.add(place.city());
                return new Weather(20, "blue");
            }),
            FunctionTool.of("add", "Adds", Sum.class, sum -> {
                called.add(sum.a() + "+" + sum.b());
                return String.valueOf(sum.a() + sum.b());
            }));

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void toolsAreCalledRoundAfterRoundInOneStream() {
        server.enqueue(
                round(1, requiresAction("weather", "{\"city\":\"Bonn\"}", "add", "{\"a\":1,\"b\":2}")),
                round(4, requiresAction("weather", "{\"city\":\"Rom\"}")),
                round(7, text("Sunny"), run("completed")));
        try (RunStream stream = stream(RunOptions.DEFAULT.withTools(tools))) {
            assertThat(stream).extracting(RunEvent::name).containsExactly(
                    "thread.run.in_progress", "thread.run.requires_action", "thread.run.in_progress",
                    "thread.run.requires_action", "thread.run.in_progress", "thread.message.delta",
                    "thread.run.completed");
            assertThat(stream.position()).contains(new Position("thread_1", "run_1", 9));
            assertThat(stream.fold().message("msg_1").map(Message::text)).contains("Sunny");
        }
        assertThat(called).containsExactly("Bonn", "1+2", "Rom");
        assertThat(outputs(1)).isEqualTo("""
                [{"tool_call_id":"call_1","output":"{\\"degrees\\":20,\\"sky\\":\\"blue\\"}"},\
                {"tool_call_id":"call_2","output":"3"}]""");
        assertThat(server.requests().get(1).json().path("stream").asBoolean()).isTrue();
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void theModelIsOfferedTheToolsUnlessTheRequestNamesItsOwn() {
        server.enqueue(round(1, run("completed")), round(1, run("completed")));
        stream(RunOptions.DEFAULT.withTools(tools)).close();
        Tool own = new Tool.CodeInterpreter();
        client.runs().stream("thread_1", RunRequest.builder("asst_1").tools(List.of(own)).build(),
                RunOptions.DEFAULT.withTools(tools)).close();
        assertThat(server.requests().get(0).json().at("/tools/0").toString()).isEqualTo("""
                {"type":"function","function":{"name":"weather","description":"Current weather","parameters":\
                {"type":"object","properties":{"city":{"type":"string"}},"required":["city"],\
                "additionalProperties":false},"strict":true}}""");
        assertThat(server.requests().get(1).json().path("tools").toString())
                .isEqualTo("[{\"type\":\"code_interpreter\"}]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            nothing | {}                  | There is no function nothing; there are [weather, add].
            add     | {"a":"one","b":2}   | The arguments of add could not be read: Cannot deserialize
            add     | {"a":               | The arguments of add could not be read: Unexpected end-of-input
            add     | {"a":1}             | The arguments of add could not be read: the required member b is missing
            weather | {"city":null}       | The arguments of weather could not be read: the required member city is missing
            add     | null                | The arguments of add could not be read: null where a Sum was expected
            """)
    void theModelIsToldOfACallThatCannotBeMade(String name, String arguments, String output) {
        server.enqueue(round(1, requiresAction(name, arguments)), round(4, run("completed")));
        try (RunStream stream = stream(RunOptions.DEFAULT.withTools(tools))) {
            assertThat(stream.finalRun().status()).isEqualTo(RunStatus.COMPLETED);
        }
        assertThat(called).isEmpty();
        assertThat(server.requests().get(1).json().at("/tool_outputs/0/output").asText()).startsWith(output);
    }

    @Test
    void argumentsThatAreEmptyAreNone() {
        record Nothing() {}

        Tools clock = Tools.of(FunctionTool.of("now", "The time", Nothing.class, nothing -> "noon"));
        server.enqueue(round(1, requiresAction("now", "")), round(4, run("completed")));
        try (RunStream stream = stream(RunOptions.DEFAULT.withTools(clock))) {
            stream.finalRun();
        }
        assertThat(outputs(1)).isEqualTo("[{\"tool_call_id\":\"call_1\",\"output\":\"noon\"}]");
    }

    @Test
    void theModelIsToldWhatAFunctionThrows() {
        server.enqueue(round(1, requiresAction("weather", "{\"city\":\"Bonn\"}", "add", "{\"a\":1,\"b\":2}")),
                round(4, run("completed")));
        Tools failing = Tools.of(
                FunctionTool.of("weather", "Current weather", Place.class, place -> {
                    throw new IllegalStateException("no network in " + place.city());
                }),
                FunctionTool.of("add", "Adds", Sum.class, sum -> new Object())); // which is no JSON
        try (RunStream stream = stream(RunOptions.DEFAULT.withTools(failing))) {
            assertThat(stream.finalRun().status()).isEqualTo(RunStatus.COMPLETED);
        }
        assertThat(server.requests().get(1).json().at("/tool_outputs/0/output").asText())
                .isEqualTo("The function weather failed: java.lang.IllegalStateException: no network in Bonn");
        assertThat(server.requests().get(1).json().at("/tool_outputs/1/output").asText())
                .startsWith("The function add failed: dev.runnel.protocol.JsonException: cannot write");
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true"})
    void orTheRunIsCancelledAndItReachesTheReader(boolean thrown, boolean error) {
        RuntimeException failure = new IllegalStateException("no network");
        Error worse = new AssertionError("no network");
        AtomicInteger calls = new AtomicInteger();
        Tools failing = Tools.of(FunctionTool.of("weather", "Current weather", Place.class, place -> {
            calls.incrementAndGet();
            if (error) {
                throw worse;
            }
            throw failure;
        }));
        server.enqueue(round(1, requiresAction("weather", "{\"city\":\"Bonn\"}")),
                Script.json(200, runJson("cancelling")));
        RunOptions options = RunOptions.DEFAULT.withTools(failing).withAutoResume(3).withToolFailuresThrown(thrown);
        try (RunStream stream = stream(options)) {
            assertThatThrownBy(stream::finalRun).isSameAs(error ? worse : failure);
            assertThat(stream.position()).contains(new Position("thread_1", "run_1", 2));
            assertThatThrownBy(stream::next).isSameAs(error ? worse : failure);
        }
        assertThat(calls).hasValue(1);
        assertThat(server.requests()).extracting(RecordedRequest::path).endsWith(
                "/v1/threads/thread_1/runs/run_1/cancel");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aRunThatCannotBeCancelledStillTellsWhatWentWrong() {
        RuntimeException failure = new IllegalStateException("no network");
        Tools failing = Tools.of(FunctionTool.of("weather", "Current weather", Place.class, place -> {
            throw failure;
        }));
        server.enqueue(round(1, requiresAction("weather", "{\"city\":\"Bonn\"}")),
                Script.error(500, "server_error", "out of order"));
        try (RunStream stream = stream(RunOptions.DEFAULT.withTools(failing).withToolFailuresThrown(true))) {
            assertThatThrownBy(stream::finalRun).isSameAs(failure);
            assertThat(failure.getSuppressed()).singleElement().isInstanceOf(ApiException.class);
        }
    }

    @Test
    void aReaderThatWasInterruptedLeavesTheRunToAnother() {
        Tools stopping = Tools.of(FunctionTool.of("weather", "Current weather", Place.class, place -> {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        }));
        server.enqueue(round(1, requiresAction("weather", "{\"city\":\"Bonn\"}")));
        try (RunStream stream = stream(RunOptions.DEFAULT.withTools(stopping))) {
            assertThatThrownBy(stream::finalRun).isInstanceOf(IllegalStateException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "2, 3"})
    void afterSoManyRoundsTheStreamEndsWhereTheRunWaits(int rounds, int requests) {
        server.answer(request -> round(1 + 3L * (server.requests().size() - 1),
                requiresAction("add", "{\"a\":1,\"b\":2}")));
        try (RunStream stream = stream(RunOptions.DEFAULT.withTools(tools).withMaxToolRounds(rounds))) {
            assertThat(stream.finalRun().status()).isEqualTo(RunStatus.REQUIRES_ACTION);
            assertThat(stream.next()).isNull();
        }
        assertThat(server.requests()).hasSize(requests);
        assertThat(called).hasSize(rounds);
    }

    @Test
    void withoutToolsTheStreamEndsWhereTheRunWaits() {
        server.enqueue(round(1, requiresAction("add", "{}")));
        try (RunStream stream = stream(RunOptions.DEFAULT)) {
            assertThat(stream.finalRun().status()).isEqualTo(RunStatus.REQUIRES_ACTION);
        }
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aRunThatWaitsAlreadyIsGoneOnWithWhenItsStreamIsResumed() {
        server.answerOthers(get -> round(1, requiresAction("add", "{\"a\":1,\"b\":2}")));
        server.enqueue(round(3, run("completed")));
        RunOptions options = RunOptions.DEFAULT.withTools(tools);
        try (RunStream stream = client.runs().resume(new Position("thread_1", "run_1", 2), options)) {
            assertThat(stream).extracting(RunEvent::name)
                    .containsExactly("thread.run.in_progress", "thread.run.completed");
        }
        assertThat(called).containsExactly("1+2");
    }

    @Test
    void outputsWhoseAnswerIsLostAreNotSubmittedAgainIfTheRunHasThem() {
        RunEvent[] log = {run("in_progress"), requiresAction("add", "{\"a\":1,\"b\":2}"), run("queued"),
            run("completed")};
        server.enqueue(done(events(Script.sse(), 1, log[0], log[1])), Script.plain().headWithBody().close());
        server.answerOthers(get -> after(2, log));
        try (RunStream stream = stream(RunOptions.DEFAULT.withTools(tools).withAutoResume(1))) {
            assertThat(stream).containsExactly(log);
        }
        assertThat(server.requests()).hasSize(2);
        assertThat(called).hasSize(1);
    }

    @Test
    void outputsWhoseAnswerIsLostAreSubmittedAgainIfTheRunStillWaits() {
        RunEvent[] log = {run("in_progress"), requiresAction("add", "{\"a\":1,\"b\":2}"), run("completed")};
        server.enqueue(done(events(Script.sse(), 1, log[0], log[1])), Script.plain().headWithBody().close(),
                after(2, log));
        server.answerOthers(get -> done(Script.sse()));
        RunOptions options = RunOptions.DEFAULT.withTools(tools).withAutoResume(1).withMaxToolRounds(1);
        try (RunStream stream = stream(options)) {
            assertThat(stream).containsExactly(log);
        }
        assertThat(server.requests()).hasSize(3);
        assertThat(outputs(2)).isEqualTo(outputs(1));
        assertThat(called).as("not called anew").hasSize(1);
    }

    @Test
    void aStreamThatBreaksAfterOutputsWereTakenGoesOnBehindThem() {
        RunEvent[] log = {run("in_progress"), requiresAction("add", "{\"a\":1,\"b\":2}"), run("queued"), text("3"),
            run("completed")};
        List<String> gets = new ArrayList<>();
        server.enqueue(done(events(Script.sse(), 1, log[0], log[1])), Script.sse().close());
        server.answerOthers(get -> {
            gets.add(get.path());
            return after(2, log);
        });
        try (RunStream stream = stream(RunOptions.DEFAULT.withTools(tools).withAutoResume(1))) {
            assertThat(stream).containsExactly(log);
        }
        assertThat(gets).containsExactly("/v1/threads/thread_1/runs/run_1?stream=true&starting_after=2");
        assertThat(called).hasSize(1);
    }

    @Test
    void withoutAutoResumeALostAnswerIsThrown() {
        server.enqueue(round(1, requiresAction("add", "{\"a\":1,\"b\":2}")), Script.plain().headWithBody().close());
        try (RunStream stream = stream(RunOptions.DEFAULT.withTools(tools))) {
            assertThatThrownBy(stream::finalRun).isInstanceOf(ConnectionException.class);
        }
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void whatCannotBeIsRefused() {
        FunctionTool<Place> tool = FunctionTool.of("f", "", Place.class, Place::city);
        assertThatThrownBy(() -> Tools.of(tool, tool)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two functions are named f");
        assertThatThrownBy(() -> RunOptions.DEFAULT.withMaxToolRounds(-1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RunOptions.DEFAULT.withAutoResume(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FunctionTool.of("f", "", String.class, text -> text))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("is not a record");
    }

    private RunStream stream(RunOptions options) {
        return client.runs().stream("thread_1", REQUEST, options);
    }

    /** The events of one response of a run, in progress first. */
    private static Script round(long first, RunEvent... events) {
        return done(events(events(Script.sse(), first, run("in_progress")), first + 1, events));
    }

    private String outputs(int request) {
        RecordedRequest submitted = server.requests().get(request);
        assertThat(submitted.path()).isEqualTo("/v1/threads/thread_1/runs/run_1/submit_tool_outputs");
        return submitted.json().path("tool_outputs").toString();
    }
}
