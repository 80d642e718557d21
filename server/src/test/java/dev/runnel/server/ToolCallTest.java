package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static org.assertj.core.api.Assertions.assertThat;

/** Function calls: how they are streamed, what a submission must hold, and how the run goes on. */
@Timeout(180)
class ToolCallTest {
    private static final String OUTPUT = "{\"tool_outputs\": [{\"tool_call_id\": \"call_1\", \"output\": \"rain\"}]%s}";

    @TempDir
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Streams a run up to where it requires action. */
    private List<Event> callWeather(ToolCall... calls) {
        server.models().enqueue(Script.toolCalls(calls).usage(20, 5));
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            return reader.rest();
        }
    }

    private List<Event> callWeather() {
        return callWeather(ToolCall.of("call_1", "weather", "{\"city\":", "\"Paris\"}"));
    }

    private static List<String> deltas(List<Event> events) {
        return events.stream().filter(event -> event.name().equals("thread.run.step.delta"))
                .map(event -> event.json().at("/delta/step_details/tool_calls").toString())
                .toList();
    }

    @Test
    void aCallIsStreamedInFragmentsAndEndsTheStreamAtRequiresAction() {
        List<Event> events = callWeather();

        assertThat(names(events)).containsExactly(
                "thread.run.created", "thread.run.queued", "thread.run.in_progress",
                "thread.run.step.created", "thread.run.step.in_progress",
                "thread.run.step.delta", "thread.run.step.delta", "thread.run.step.delta",
                "thread.run.requires_action", "done");
        assertThat(deltas(events)).containsExactly(
                """
                        [{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":"","output":null}}]""",
                "[{\"index\":0,\"type\":\"function\",\"function\":{\"arguments\":\"{\\\"city\\\":\"}}]",
                "[{\"index\":0,\"type\":\"function\",\"function\":{\"arguments\":\"\\\"Paris\\\"}\"}}]");
        JsonNode step = only(events, "thread.run.step.created").json();
        assertThat(step.path("step_details").toString()).isEqualTo("{\"type\":\"tool_calls\",\"tool_calls\":[]}");
        assertThat(events.get(5).json().path("object").asText()).isEqualTo("thread.run.step.delta");
        assertThat(events.get(5).json().path("id")).isEqualTo(step.path("id"));
    }

    @Test
    void requiresActionListsTheCallsAndIsWhatRestShows() {
        List<Event> events = callWeather();
        JsonNode run = only(events, "thread.run.requires_action").json();

        assertThat(run.path("required_action").toString()).isEqualTo("""
                {"type":"submit_tool_outputs","submit_tool_outputs":{"tool_calls":[{"id":"call_1","type":"function",\
                "function":{"name":"weather","arguments":"{\\"city\\":\\"Paris\\"}"}}]}}""");
        assertThat(run.path("usage").isNull()).isTrue();
        assertThat(run.path("expires_at")).isEqualTo(events.getFirst().json().path("expires_at"));
        assertThat(server.get(TestServer.runPath(events)).ok()).isEqualTo(run);
        JsonNode step = server.get(TestServer.runPath(events) + "/steps").ok().at("/data/0");
        assertThat(step.path("status").asText()).isEqualTo("in_progress");
        assertThat(step.path("step_details").toString()).isEqualTo("""
                {"type":"tool_calls","tool_calls":[{"id":"call_1","type":"function","function":\
                {"name":"weather","arguments":"{\\"city\\":\\"Paris\\"}","output":null}}]}""");
    }

    @ParameterizedTest
    @MethodSource
    void textAfterACallIsLeftOutAndLeavesNothingOpen(Script reply, List<String> afterCreation) {
        server.models().enqueue(reply);
        List<Event> events;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            events = reader.rest();
        }

        assertThat(names(events).subList(3, events.size())).isEqualTo(afterCreation);
        server.models().enqueue(Script.chat("It rains."));
        try (EventReader reader = server.stream(TestServer.runPath(events) + "/submit_tool_outputs",
                OUTPUT.formatted(", \"stream\": true"))) {
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
        assertThat(server.get(TestServer.runPath(events) + "/steps").ok().path("data"))
                .allMatch(step -> step.path("status").asText().equals("completed"));
    }

    static Stream<Arguments> textAfterACallIsLeftOutAndLeavesNothingOpen() {
        ToolCall call = ToolCall.of("call_1", "weather", "{}");
        List<String> tool = List.of(
                "thread.run.step.created", "thread.run.step.in_progress", "thread.run.step.delta",
                "thread.run.step.delta", "thread.run.requires_action", "done");
        List<String> message = List.of(
                "thread.run.step.created", "thread.run.step.in_progress", "thread.message.created",
                "thread.message.in_progress", "thread.message.delta", "thread.message.completed",
                "thread.run.step.completed");
        return Stream.of(
                Arguments.of(Script.sse().calls(call).text("\n").end("tool_calls"), tool),
                Arguments.of(
                        Script.reply("Let me see.").calls(call).text("\n").end("tool_calls"),
                        Stream.concat(message.stream(), tool.stream()).toList()));
    }

    @Test
    void theSecondStreamBeginsWithTheFinishedStepAndGoesOnCounting() throws InterruptedException {
        List<Event> first = callWeather();
        server.models().enqueue(Script.chatWithUsage(30, 7, "It rains."));
        List<Event> second;
        try (EventReader reader = server.stream(TestServer.runPath(first) + "/submit_tool_outputs",
                OUTPUT.formatted(", \"stream\": true"))) {
            second = reader.rest();
        }

        assertThat(names(second)).containsExactly(
                "thread.run.step.completed", "thread.run.queued", "thread.run.in_progress",
                "thread.run.step.created", "thread.run.step.in_progress",
                "thread.message.created", "thread.message.in_progress", "thread.message.delta",
                "thread.message.completed", "thread.run.step.completed", "thread.run.completed", "done");
        assertThat(second.getFirst().seq()).isEqualTo(first.size());
        JsonNode step = second.getFirst().json();
        assertThat(step.path("id")).isEqualTo(only(first, "thread.run.step.created").json().path("id"));
        assertThat(step.at("/step_details/tool_calls/0/function/output").asText()).isEqualTo("rain");
        assertThat(step.at("/usage/total_tokens").asInt()).isEqualTo(25);
        JsonNode queued = only(second, "thread.run.queued").json();
        assertThat(queued.path("required_action").isNull()).isTrue();
        assertThat(queued.path("started_at")).isEqualTo(
                only(first, "thread.run.in_progress").json().path("started_at"));
        JsonNode completed = only(second, "thread.run.completed").json();
        assertThat(completed.at("/usage/prompt_tokens").asInt()).isEqualTo(50);
        assertThat(completed.at("/usage/completion_tokens").asInt()).isEqualTo(12);
        assertThat(server.get(TestServer.runPath(first)).ok()).isEqualTo(completed);
        assertThat(server.models().awaitRequest(1, TestServer.PATIENCE).json().path("messages").toString())
                .isEqualTo(
                        """
                                [{"role":"user","content":"Hi"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_1",\
                                "type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Paris\\"}"}}]},\
                                {"role":"tool","content":"rain","tool_call_id":"call_1"}]""");
    }

    @Test
    void withoutAStreamASubmissionAnswersTheQueuedRunAndSoDoesWhoeverLooksNext() {
        List<Event> first = callWeather();
        Gate gate = new Gate();
        server.models().enqueue(Script.reply().gate(gate).text("It rains.").end("stop"));
        String run = TestServer.runPath(first);
        JsonNode submitted = server.post(run + "/submit_tool_outputs", OUTPUT.formatted("")).ok();
        JsonNode seen = server.get(run).ok();

        assertThat(submitted.path("status").asText()).isEqualTo("queued");
        assertThat(submitted.path("required_action").isNull()).isTrue();
        assertThat(seen.path("status").asText()).isIn("queued", "in_progress");
        gate.open();
        try (EventReader rest = server.attach(run + "?stream=true")) {
            assertThat(names(rest.rest())).endsWith("thread.run.completed", "done");
        }
    }

    @Test
    void parallelCallsShareAStepAndComeOneAfterTheOtherThoughTheModelInterleavesThem() {
        server.models().enqueue(Script.sse()
                .data(fragment(
                        "{\"index\":0,\"id\":\"call_1\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}"))
                .data(fragment(
                        "{\"index\":1,\"id\":\"call_2\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}"))
                .data(fragment("{\"index\":1,\"function\":{\"arguments\":\"{\\\"b\\\"\"}}"))
                .data(fragment("{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\"\"}}"))
                .data(fragment("{\"index\":1,\"function\":{\"arguments\":\":2}\"}}"))
                .data(fragment("{\"index\":0,\"function\":{\"arguments\":\":1}\"}}"))
                .data("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}")
                .done());
        List<Event> events;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            events = reader.rest();
        }

        List<Integer> indexes = events.stream().filter(event -> event.name().equals("thread.run.step.delta"))
                .map(event -> event.json().at("/delta/step_details/tool_calls/0/index").asInt())
                .toList();
        assertThat(indexes).isSorted().contains(0, 1);
        assertThat(names(events)).containsOnlyOnce("thread.run.step.created");
        JsonNode calls = only(events, "thread.run.requires_action").json()
                .at("/required_action/submit_tool_outputs/tool_calls");
        assertThat(calls).hasSize(2);
        assertThat(calls.at("/0/function/arguments").asText()).isEqualTo("{\"a\":1}");
        assertThat(calls.at("/1/function/arguments").asText()).isEqualTo("{\"b\":2}");

        try (EventReader reader = server.stream(TestServer.runPath(events) + "/submit_tool_outputs", """
                {"stream": true, "tool_outputs": [{"tool_call_id": "call_2", "output": "two"},
                 {"tool_call_id": "call_1"}]}""")) {
            JsonNode step = reader.rest().getFirst().json();
            assertThat(step.at("/step_details/tool_calls").findValuesAsText("output")).containsExactly("", "two");
        }
    }

    private static String fragment(String call) {
        return "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[" + call + "]}}]}";
    }

    static Stream<Arguments> wrongSubmissions() {
        return Stream.of(
                Arguments.of(List.of("call_1"), "['call_1']"),
                Arguments.of(List.of("call_1", "call_2", "call_3"), "['call_1', 'call_2', 'call_3']"),
                Arguments.of(List.of("call_1", "call_1"), "['call_1', 'call_1']"),
                Arguments.of(List.of("call_1", "call_x"), "['call_1', 'call_x']"),
                Arguments.of(List.of(), "[]"));
    }

    @ParameterizedTest
    @MethodSource("wrongSubmissions")
    void outputsForOtherCallsThanThoseThatWaitChangeNothing(List<String> ids, String named) {
        List<Event> events = callWeather(
                ToolCall.of("call_1", "weather", "{}"), ToolCall.of("call_2", "weather", "{}"));
        String run = TestServer.runPath(events);
        String outputs = ids.stream().map(id -> "{\"tool_call_id\": \"" + id + "\", \"output\": \"x\"}")
                .collect(Collectors.joining(", ", "{\"tool_outputs\": [", "]}"));
        Answer answer = server.post(run + "/submit_tool_outputs", outputs);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("message").asText())
                .isEqualTo("Expected tool outputs for call_ids ['call_1', 'call_2'], got " + named);
        assertThat(server.get(run).ok()).isEqualTo(only(events, "thread.run.requires_action").json());
    }

    @Test
    void everyFurtherRoundOfCallsIsAStepOfTheSameRunAndAStreamOfItsOwn() {
        int rounds = 12;
        String run = TestServer.runPath(callWeather());
        for (int round = 1; round < rounds; round++) {
            server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
            assertThat(submit(run)).startsWith("thread.run.step.completed", "thread.run.queued")
                    .endsWith("thread.run.requires_action", "done");
        }
        server.models().enqueue(Script.chat("Done."));
        assertThat(submit(run)).startsWith("thread.run.step.completed", "thread.run.queued")
                .endsWith("thread.run.completed", "done");
        assertThat(server.get(run + "/steps?order=asc").column("type"))
                .hasSize(rounds + 1)
                .startsWith("tool_calls", "tool_calls")
                .endsWith("tool_calls", "message_creation");
    }

    private List<String> submit(String run) {
        try (EventReader reader = server.stream(run + "/submit_tool_outputs", OUTPUT.formatted(", \"stream\": true"))) {
            return names(reader.rest());
        }
    }

    @Test
    void aRunThatRequiresNothingAcceptsNoOutputs() {
        List<Event> events = server.run();
        Answer answer = server.post(TestServer.runPath(events) + "/submit_tool_outputs", OUTPUT.formatted(""));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("message").asText())
                .isEqualTo("Runs in status \"completed\" do not accept tool outputs.");
    }
}
