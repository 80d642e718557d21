package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.runnel.server.EventReader.only;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The usage of runs and steps: the model server's figures, else counted ones. The prompt of
 * {@link TestServer#newThread} then costs eight tokens: three for the reply, and for its message three, a role and a word.
 */
@Timeout(180)
class UsageTest {
    private static final String STOP = "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
    private static final ToolCall CALL = ToolCall.of("call_1", "weather", "{}");

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

    private static String usage(List<Event> events, String name) {
        return tokens(only(events, name).json());
    }

    /** Tokens of the prompt, the completion, and both. */
    private static String tokens(JsonNode object) {
        JsonNode usage = object.path("usage");
        return usage.isNull()
                ? "none"
                : usage.path("prompt_tokens") + " " + usage.path("completion_tokens") + " "
                        + usage.path("total_tokens");
    }

    static Stream<Arguments> replies() {
        return Stream.of(
                Arguments.of("told", Script.chatWithUsage(11, 3, "Hello", " world"), "11 3 14"),
                Arguments.of("not told", Script.reply("Hello", " world").data(STOP).done(), "8 2 10"),
                Arguments.of("told as zero", Script.chatWithUsage(0, 0, "Hello", " world"), "8 2 10"),
                Arguments.of("half told", Script.chatWithUsage(11, 0, "Hello", " world"), "11 2 13"),
                Arguments.of("thoughts too",
                        Script.reply().think("Hello", " world").text("Hello").data(STOP).done(), "8 3 11"),
                Arguments.of("a refusal", Script.reply().refuse("Hello").data(STOP).done(), "8 1 9"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("replies")
    void aCompletedRunSaysWhatItUsed(String what, Script reply, String expected) {
        server.models().enqueue(reply);
        List<Event> events = server.run();

        assertThat(usage(events, "thread.run.step.completed")).as(what).isEqualTo(expected);
        assertThat(usage(events, "thread.run.completed")).isEqualTo(expected);
        assertThat(tokens(only(events, "thread.run.step.created").json())).isEqualTo("none");
        assertThat(tokens(only(events, "thread.run.in_progress").json())).isEqualTo("none");
    }

    @Test
    void thoughtsAreCountedAsSuch() {
        server.models().enqueue(Script.reply().think("Hello", " world").text("Hello").data(STOP).done());
        JsonNode run = only(server.run(), "thread.run.completed").json();

        assertThat(run.at("/usage/completion_tokens_details/reasoning_tokens").asInt()).isEqualTo(2);
    }

    static Stream<Arguments> breaks() {
        return Stream.of(
                Arguments.of("while it speaks", Script.reply("Hello", " world").close(), "8 2 10"),
                Arguments.of("while it thinks", Script.reply().think("Hello").close(), "8 1 9"),
                Arguments.of("while it calls",
                        Script.reply().calls(ToolCall.of("call_1", "f", "{\"a\":1}")).close(), "8 6 14"),
                Arguments.of("with nothing to say", Script.chat(), "8 0 8"),
                Arguments.of("before it begins", Script.sse().close(), "0 0 0"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaks")
    void aRunWhoseModelBreaksOffSaysWhatItUsedUpToThere(String when, Script reply, String expected) {
        server.models().answer(request -> reply.usage(0, 0));
        List<Event> events = server.run();

        assertThat(usage(events, "thread.run.failed")).as(when).isEqualTo(expected);
        for (Event event : events) {
            if (event.name().equals("thread.run.step.failed")) {
                assertThat(tokens(event.json())).isEqualTo(expected);
            }
        }
    }

    @Test
    void aRunThatIsCancelledInTheMiddleSaysWhatItUsedUpToThere() {
        server.models().enqueue(Script.reply("Hello", " world").stall());
        List<Event> events = new ArrayList<>();
        try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
            events.addAll(reader.until(event -> event.data().contains(" world")));
            server.post(TestServer.runPath(events) + "/cancel", "").ok();
            events.addAll(reader.rest());
        }
        assertThat(usage(events, "thread.run.step.cancelled")).isEqualTo("8 2 10");
        assertThat(usage(events, "thread.run.cancelled")).isEqualTo("8 2 10");
    }

    @Test
    void aRunThatIsCancelledBeforeItsModelBeganUsedNothing() throws InterruptedException {
        server.models().enqueue(Script.silent());
        List<Event> events = new ArrayList<>();
        try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
            events.addAll(reader.until("thread.run.in_progress"));
            server.models().awaitRequest(0, TestServer.PATIENCE);
            server.post(TestServer.runPath(events) + "/cancel", "").ok();
            events.addAll(reader.rest());
        }
        assertThat(usage(events, "thread.run.cancelled")).isEqualTo("0 0 0");
    }

    private List<Event> callWeather() {
        server.models().enqueue(Script.toolCalls(CALL).usage(20, 5));
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            return reader.rest();
        }
    }

    private List<Event> submit(String run) {
        try (EventReader reader = server.stream(run + "/submit_tool_outputs", """
                {"tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}], "stream": true}""")) {
            return reader.rest();
        }
    }

    @Test
    void aRunsUsageIsTheSumOfItsStepsAndIsShownOnlyAtItsEnd() {
        List<Event> first = callWeather();
        server.models().enqueue(Script.chatWithUsage(30, 7, "It rains."));
        List<Event> second = submit(TestServer.runPath(first));

        assertThat(usage(first, "thread.run.requires_action")).isEqualTo("none");
        assertThat(tokens(second.getFirst().json())).isEqualTo("20 5 25");
        assertThat(usage(second, "thread.run.queued")).isEqualTo("none");
        assertThat(usage(second, "thread.run.completed")).isEqualTo("50 12 62");
    }

    @Test
    void whatACallUsedIsKnownAfterARestartToo() {
        String run = TestServer.runPath(callWeather());
        server.restart();
        server.models().enqueue(Script.chatWithUsage(30, 7, "It rains."));
        List<Event> second = submit(run);

        assertThat(tokens(second.getFirst().json())).isEqualTo("20 5 25");
        assertThat(usage(second, "thread.run.completed")).isEqualTo("50 12 62");
    }

    @Test
    void aRunThatIsCancelledWhileItWaitsAfterARestartSaysWhatItUsed() {
        String run = TestServer.runPath(callWeather());
        server.restart();
        server.post(run + "/cancel", "").ok();

        assertThat(tokens(server.get(run).ok())).isEqualTo("20 5 25");
        assertThat(tokens(server.get(run + "/steps").ok().at("/data/0"))).isEqualTo("20 5 25");
    }

    @Test
    void aCallThatWasAnsweredIsNotCountedAgainWithWhatFollows() {
        List<Event> first = callWeather();
        server.models().enqueue(Script.reply("Hello").stall());
        String run = TestServer.runPath(first);
        List<Event> second = new ArrayList<>();
        try (EventReader reader = server.stream(run + "/submit_tool_outputs", """
                {"tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}], "stream": true}""")) {
            second.addAll(reader.until("thread.message.delta"));
            server.post(run + "/cancel", "").ok();
            second.addAll(reader.rest());
        }
        JsonNode step = only(second, "thread.run.step.cancelled").json().path("usage");
        JsonNode total = only(second, "thread.run.cancelled").json().path("usage");
        assertThat(step.path("completion_tokens").asInt()).isEqualTo(1);
        assertThat(total.path("prompt_tokens").asInt()).isEqualTo(20 + step.path("prompt_tokens").asInt());
        assertThat(total.path("completion_tokens").asInt()).isEqualTo(6);
    }
}
