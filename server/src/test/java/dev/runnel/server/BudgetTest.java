package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Token budgets, which hold over a whole run, and how a thread is shortened to fit. A message of one word costs five tokens, and
 * each prompt three more.
 */
@Timeout(180)
class BudgetTest {
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

    /** A thread of messages of one word each, of the user's and the assistant's in turn, the user's last. */
    private String thread(String... words) {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            String role = (words.length - i) % 2 == 1 ? "user" : "assistant";
            messages.add("{\"role\": \"" + role + "\", \"content\": \"" + words[i] + "\"}");
        }
        return server.post("/threads", "{\"messages\": [" + String.join(",", messages) + "]}").id();
    }

    private List<Event> run(String assistant, String thread, String options) {
        try (EventReader reader = server.stream("/threads/" + thread + "/runs",
                "{\"assistant_id\": \"" + assistant + "\", \"stream\": true" + options + "}")) {
            return reader.rest();
        }
    }

    private List<Event> run(String thread, String options) {
        return run(server.newAssistant("{\"model\": \"m\", \"instructions\": \"Be\"}"), thread, options);
    }

    private List<Event> submit(String run) {
        try (EventReader reader = server.stream(run + "/submit_tool_outputs", """
                {"tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}], "stream": true}""")) {
            return reader.rest();
        }
    }

    private JsonNode asked(int call) throws InterruptedException {
        return server.models().awaitRequest(call, TestServer.PATIENCE).json();
    }

    private List<String> said(int call) throws InterruptedException {
        return asked(call).path("messages").findValuesAsText("content");
    }

    private static String reason(List<Event> events) {
        return only(events, "thread.run.incomplete").json().at("/incomplete_details/reason").asText();
    }

    // ---- prompt tokens

    static Stream<Arguments> limits() {
        return Stream.of(
                Arguments.of(33, List.of("Be", "One", "Two", "Three", "Four", "Five")),
                Arguments.of(32, List.of("Be", "One", "Three", "Four", "Five")),
                Arguments.of(28, List.of("Be", "One", "Three", "Four", "Five")),
                Arguments.of(23, List.of("Be", "One", "Four", "Five")),
                Arguments.of(18, List.of("Be", "One", "Five")),
                Arguments.of(17, List.of("Be", "Five")));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void messagesAreDroppedFromTheMiddleUntilThePromptFits(int limit, List<String> expected) throws Exception {
        List<Event> events = run(
                thread("One", "Two", "Three", "Four", "Five"), ", \"max_prompt_tokens\": " + limit);

        assertThat(names(events)).endsWith("thread.run.completed", "done");
        assertThat(said(0)).isEqualTo(expected);
    }

    @Test
    void aPromptThatCannotBeMadeToFitLeavesTheRunIncompleteAndTheModelUnasked() {
        String many = "word ".repeat(40).strip();
        String thread = thread("One", "Two", many);
        List<Event> events = run(thread, ", \"max_prompt_tokens\": 40");

        assertThat(names(events)).containsExactly(
                "thread.run.created", "thread.run.queued", "thread.run.in_progress", "thread.run.incomplete", "done");
        assertThat(reason(events)).isEqualTo("max_prompt_tokens");
        assertThat(only(events, "thread.run.incomplete").json().at("/usage/total_tokens").asInt()).isZero();
        assertThat(server.models().requests()).isEmpty();
        assertThat(names(run(thread, ""))).endsWith("thread.run.completed", "done");
    }

    @Test
    void theLastMessagesAreNeverDroppedIfTheirNumberWasGiven() throws Exception {
        String thread = thread("One", "Two", "Three");
        String options = ", \"truncation_strategy\": {\"type\": \"last_messages\", \"last_messages\": 2}";

        assertThat(names(run(thread, options + ", \"max_prompt_tokens\": 18"))).contains("thread.run.completed");
        assertThat(said(0)).containsExactly("Be", "Two", "Three");
        assertThat(reason(run(thread, options + ", \"max_prompt_tokens\": 17"))).isEqualTo("max_prompt_tokens");
    }

    @Test
    void aNumberOfMessagesBesidesAutoMeansNothing() throws Exception {
        run(thread("One", "Two", "Three"), ", \"truncation_strategy\": {\"type\": \"auto\", \"last_messages\": 1}");

        assertThat(said(0)).containsExactly("Be", "One", "Two", "Three");
    }

    @Test
    void aThreadThatIsMuchLongerThanTheBudgetKeepsItsFirstMessageAndItsLatest() throws Exception {
        String thread = thread("First");
        for (int i = 0; i < 5; i++) {
            String more = IntStream.range(0, 100).mapToObj(n -> "{\"role\": \"user\", \"content\": \"More\"}")
                    .reduce((a, b) -> a + "," + b).orElseThrow();
            run(server.newAssistant(), thread, ", \"additional_messages\": [" + more + "]");
        }
        run(thread,
                ", \"max_prompt_tokens\": 100, \"additional_messages\": [{\"role\": \"user\", \"content\": \"Last\"}]");
        List<String> said = said(5);

        assertThat(said).startsWith("Be", "First").endsWith("Last").hasSizeBetween(10, 25);
    }

    @Test
    void eachCallGetsWhatTheOnesBeforeHaveLeftOfBothBudgets() throws Exception {
        server.models().enqueue(Script.toolCalls(CALL).usage(200, 300));
        List<Event> first = run(server.newWeatherAssistant(), server.newThread(),
                ", \"max_prompt_tokens\": 500, \"max_completion_tokens\": 1000");
        server.models().enqueue(Script.toolCalls(CALL).usage(290, 100));
        List<Event> second = submit(TestServer.runPath(first));
        List<Event> third = submit(TestServer.runPath(first));

        assertThat(names(second)).endsWith("thread.run.requires_action", "done");
        assertThat(asked(0).path("max_tokens").asInt()).isEqualTo(1000);
        assertThat(asked(1).path("max_tokens").asInt()).isEqualTo(700);
        assertThat(names(third)).containsExactly(
                "thread.run.step.completed", "thread.run.queued", "thread.run.in_progress", "thread.run.incomplete",
                "done");
        assertThat(reason(third)).isEqualTo("max_prompt_tokens");
        assertThat(only(third, "thread.run.incomplete").json().at("/usage/total_tokens").asInt()).isEqualTo(890);
        assertThat(server.models().requests()).hasSize(2);
    }

    // ---- completion tokens

    @ParameterizedTest
    @ValueSource(ints = {16, 17})
    void aBudgetThatIsSpentBetweenRoundsLeavesTheRunIncomplete(int used) {
        server.models().enqueue(Script.toolCalls(CALL).usage(20, used));
        List<Event> first = run(server.newWeatherAssistant(), server.newThread(), ", \"max_completion_tokens\": 16");
        List<Event> second = submit(TestServer.runPath(first));

        assertThat(names(second)).endsWith("thread.run.in_progress", "thread.run.incomplete", "done");
        assertThat(reason(second)).isEqualTo("max_completion_tokens");
        assertThat(server.models().requests()).hasSize(1);
    }

    @Test
    void aBudgetIsSpentThoughTheModelServerTellsNoUsage() throws Exception {
        server.models().enqueue(Script.toolCalls(CALL).usage(0, 0));
        List<Event> first = run(server.newWeatherAssistant(), server.newThread(), ", \"max_completion_tokens\": 16");
        submit(TestServer.runPath(first));

        assertThat(asked(1).path("max_tokens").asInt()).isEqualTo(14); // "weather" and "{}"
    }

    @Test
    void aCallThatIsCutOffAfterSomeTextIsNeverRequired() {
        server.models()
                .enqueue(Script.reply("Wait.").calls(CALL, ToolCall.of("call_2", "weather", "{\"ci")).end("length"));
        List<Event> events = run(server.newWeatherAssistant(), server.newThread(), "");

        assertThat(names(events)).endsWith(
                "thread.message.completed", "thread.run.step.completed",
                "thread.run.step.created", "thread.run.step.in_progress", "thread.run.step.delta",
                "thread.run.step.delta", "thread.run.step.cancelled", "thread.run.incomplete", "done");
        assertThat(only(events, "thread.run.incomplete").json().path("required_action").isNull()).isTrue();
    }

    @Test
    void aBudgetThatIsSpentOnThoughtsLeavesARunIncompleteThatSaidNothing() {
        server.models().enqueue(Script.reply().think("Hello", " world").end("length").usage(0, 0));
        List<Event> events = run(server.newAssistant(), server.newThread(), "");

        assertThat(names(events)).endsWith("thread.run.in_progress", "thread.run.incomplete", "done");
        assertThat(only(events, "thread.run.incomplete").json().at("/usage/completion_tokens").asInt()).isEqualTo(2);
    }

    // ---- the model's window

    private static Script tooLong(String type, String code, String message) {
        return Script.json(400, "{\"error\": {\"message\": \"" + message + "\", \"type\": \"" + type
                + "\", \"code\": " + code + "}}");
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("halved", tooLong("exceed_context_size_error", "400", "the request exceeds it"),
                        List.of("Be", "Five")),
                Arguments.of("to a window that is told",
                        tooLong("invalid_request_error", "\"context_length_exceeded\"",
                                "This model's maximum context length is 32 tokens."),
                        List.of("Be", "One", "Four", "Five")),
                Arguments.of("to a window in brackets",
                        tooLong("exceed_context_size_error", "400",
                                "request (33 tokens) exceeds the available context size (40 tokens)"),
                        List.of("Be", "One", "Three", "Four", "Five")),
                Arguments.of("halved, as the window that is told is no help",
                        tooLong("x", "null", "The input is longer than the model's context length (4096 tokens)."),
                        List.of("Be", "Five")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void aPromptThatIsTooLongForItsModelIsShortened(String how, Script refusal, List<String> then) throws Exception {
        server.models().enqueue(refusal, Script.chat("Hello"));
        List<Event> events = run(thread("One", "Two", "Three", "Four", "Five"), "");

        assertThat(names(events)).as(how).endsWith("thread.run.completed", "done").hasSize(12);
        assertThat(said(0)).containsExactly("Be", "One", "Two", "Three", "Four", "Five");
        assertThat(said(1)).isEqualTo(then);
    }

    @Test
    void aPromptThatIsStillTooLongWithNothingLeftToDropFailsTheRun() throws Exception {
        Script refusal = tooLong("exceed_context_size_error", "400", "the request exceeds the available context size");
        server.models().answer(request -> refusal);
        List<Event> events = run(thread("One", "Two", "Three", "Four", "Five"), "");

        assertThat(only(events, "thread.run.failed").json().at("/last_error/code").asText())
                .isEqualTo("invalid_prompt");
        assertThat(said(1)).containsExactly("Be", "Five");
        assertThat(server.models().requests()).hasSize(2);
    }

    @Test
    void aLongThreadIsShortenedOnlySoOften() {
        Script refusal = tooLong("exceed_context_size_error", "400", "the request exceeds the available context size");
        server.models().answer(request -> refusal);
        String[] words = new String[31];
        Arrays.fill(words, "word ".repeat(30).strip());
        List<Event> events = run(thread(words), "");

        assertThat(names(events)).endsWith("thread.run.failed", "done");
        assertThat(server.models().requests()).hasSize(5);
    }

    @Test
    void aPromptOfAGivenNumberOfMessagesIsNotShortened() {
        server.models().enqueue(tooLong("exceed_context_size_error", "400", "the request exceeds it"));
        List<Event> events = run(thread("One", "Two", "Three"),
                ", \"truncation_strategy\": {\"type\": \"last_messages\", \"last_messages\": 3}");

        assertThat(only(events, "thread.run.failed").json().at("/last_error/code").asText())
                .isEqualTo("invalid_prompt");
        assertThat(server.models().requests()).hasSize(1);
    }
}
