package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.runnel.server.EventReader.only;
import static org.assertj.core.api.Assertions.assertThat;

/** Tool calls as model servers really send them, and the calls that a client is shown. */
@Timeout(60)
class ToolCallQuirksTest extends ModelQuirks {
    /** A chunk with fragments of tool calls. */
    private static String calls(String... fragments) {
        return chunk("{\"tool_calls\":[" + String.join(",", fragments) + "]}", "null");
    }

    /** The calls that the run waits for, each as its name and arguments. */
    private static List<String> waiting(List<Event> events) {
        return callsOf(events).stream()
                .map(call -> call.at("/function/name").asText() + call.at("/function/arguments").asText()).toList();
    }

    private static List<JsonNode> callsOf(List<Event> events) {
        return only(events, "thread.run.requires_action").json()
                .at("/required_action/submit_tool_outputs/tool_calls").valueStream().toList();
    }

    private static Script fragments(String... chunks) {
        Script script = Script.sse();
        for (String chunk : chunks) {
            script = script.data(chunk);
        }
        return script.data(chunk("{}", "\"tool_calls\"")).done();
    }

    static Stream<Arguments> oddCalls() {
        return Stream.of(
                Arguments.of("the name in the second fragment", fragments(
                        calls("{\"index\":0,\"id\":\"a\",\"type\":\"function\"}"),
                        calls("{\"index\":0,\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"a\\\":\"}}"),
                        calls("{\"index\":0,\"function\":{\"arguments\":\"1}\"}}")), List.of("weather{\"a\":1}")),
                Arguments.of("two calls with one id", fragments(
                        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"a\\\":1}\"}}"),
                        calls("{\"index\":1,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"b\\\":2}\"}}")),
                        List.of("weather{\"a\":1}", "weather{\"b\":2}")),
                Arguments.of("two calls with one id and one index", fragments(
                        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"a\\\":1}\"}}"),
                        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"b\\\":2}\"}}")),
                        List.of("weather{\"a\":1}", "weather{\"b\":2}")),
                Arguments.of("indexes as text, interleaved", fragments(
                        calls("{\"index\":\"0\",\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"a\\\":\"}}",
                                "{\"index\":\"1\",\"id\":\"b\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"b\\\":\"}}"),
                        calls("{\"index\":\"1\",\"function\":{\"arguments\":\"2}\"}}"),
                        calls("{\"index\":\"0\",\"function\":{\"arguments\":\"1}\"}}")),
                        List.of("weather{\"a\":1}", "weather{\"b\":2}")),
                Arguments.of("an empty object, then text", fragments(
                        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":{}}}"),
                        calls("{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":1}\"}}")),
                        List.of("weather{\"a\":1}")),
                Arguments.of("the form of before there were several", fragments(
                        chunk("{\"function_call\":{\"name\":\"weather\",\"arguments\":\"{\\\"a\\\":\"}}", "null"),
                        chunk("{\"function_call\":{\"arguments\":\"1}\"}}", "null")), List.of("weather{\"a\":1}")),
                Arguments.of("arguments that are empty, absent, null, null as text, an object and a list", fragments(
                        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}",
                                "{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"weather\"}}",
                                "{\"index\":2,\"id\":\"c\",\"function\":{\"name\":\"weather\",\"arguments\":null}}",
                                "{\"index\":3,\"id\":\"d\",\"function\":{\"name\":\"weather\",\"arguments\":\"null\"}}",
                                "{\"index\":4,\"id\":\"e\",\"function\":{\"name\":\"weather\",\"arguments\":{\"a\":1}}}",
                                "{\"index\":5,\"id\":\"f\",\"function\":{\"name\":\"weather\",\"arguments\":[]}}")),
                        List.of("weather{}", "weather{}", "weather{}", "weather{}", "weather{\"a\":1}", "weather{}")),
                Arguments.of("an empty object as text, then the arguments", fragments(
                        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}}"),
                        calls("{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":\"}}"),
                        calls("{\"index\":0,\"function\":{\"arguments\":\"1}\"}}")),
                        List.of("weather{\"a\":1}")),
                Arguments.of("an empty object as text, and nothing more", fragments(
                        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}}")),
                        List.of("weather{}")),
                Arguments.of("a call in pieces, and once more as a whole", fragments(
                        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"a\\\":\"}}"),
                        calls("{\"index\":0,\"function\":{\"arguments\":\"1}\"}}"),
                        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"a\\\":1}\"}}")),
                        List.of("weather{\"a\":1}")),
                Arguments.of("another id in each fragment", fragments(
                        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}"),
                        calls("{\"index\":0,\"id\":\"b\",\"function\":{\"arguments\":\"{\\\"a\\\":\"}}"),
                        calls("{\"index\":0,\"id\":\"c\",\"function\":{\"arguments\":\"1}\"}}")),
                        List.of("weather{\"a\":1}")),
                Arguments.of("another id in each fragment, and no index", fragments(
                        calls("{\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"a\\\":\"}}"),
                        calls("{\"id\":\"b\",\"function\":{\"arguments\":\"1}\"}}")),
                        List.of("weather{\"a\":1}")),
                Arguments.of("another name at an index that is taken", fragments(
                        calls("{\"index\":0,\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}"),
                        calls("{\"index\":0,\"function\":{\"name\":\"time\",\"arguments\":\"\"}}")),
                        List.of("weather{}", "time{}")),
                Arguments.of("a list for the arguments", fragments(
                        calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":[\"Rome\"]}}")),
                        List.of("weather[\"Rome\"]")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddCalls")
    void callsAreShownAsTheProtocolHasThem(String what, Script script, List<String> expected) {
        List<Event> events = run(script);

        assertThat(waiting(events)).as(what).isEqualTo(expected);
        assertThat(callsOf(events)).extracting(call -> call.path("id").asText()).doesNotHaveDuplicates();
        assertThat(events).filteredOn(event -> event.name().equals("thread.run.step.delta"))
                .noneMatch(event -> event.json().toString().contains("\"name\":\"\""));
    }

    static List<String> unusableIds() {
        return List.of("x".repeat(621), "with a blank", "ünusual", "a/b+c==", "line\\nend");
    }

    @ParameterizedTest
    @MethodSource("unusableIds")
    void anIdThatClientsCannotHandBackIsReplacedAndSentBackAsItWas(String theirs) throws InterruptedException {
        List<Event> events = run(fragments(
                calls("{\"index\":0,\"id\":\"" + theirs
                        + "\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}")));
        String ours = callsOf(events).getFirst().path("id").asText();
        assertThat(ours).startsWith("call_").hasSizeLessThan(65);
        server.restart();
        server.models().enqueue(Script.chat("Rain"));
        server.post(TestServer.runPath(events) + "/submit_tool_outputs", """
                {"tool_outputs": [{"tool_call_id": "%s", "output": "rain"}]}""".formatted(ours)).ok();

        JsonNode messages = server.models().awaitRequest(1, TestServer.PATIENCE).json().path("messages");
        String sentBack = theirs.replace("\\n", "\n");
        assertThat(messages.get(1).at("/tool_calls/0/id").asText()).isEqualTo(sentBack);
        assertThat(messages.get(1).at("/tool_calls/0/function/arguments").asText()).isEqualTo("{}");
        assertThat(messages.get(2).path("tool_call_id").asText()).isEqualTo(sentBack);
    }

    @Test
    void textAndACallOfOneReplyArePlayedBackAsOneMessage() throws InterruptedException {
        List<Event> events = run(Script.textThenToolCalls("Let me see.", ToolCall.of("call_1", "weather", "{}")));
        server.models().enqueue(Script.chat("Rain"));
        server.post(TestServer.runPath(events) + "/submit_tool_outputs", """
                {"tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}]}""").ok();

        JsonNode messages = server.models().awaitRequest(1, TestServer.PATIENCE).json().path("messages");
        assertThat(messages).extracting(message -> message.path("role").asText())
                .containsExactly("user", "assistant", "tool");
        assertThat(messages.get(1).path("content").asText()).isEqualTo("Let me see.");
        assertThat(messages.get(1).path("tool_calls")).hasSize(1);
    }

    @Test
    void aFunctionThatIsNeverNamedFailsTheRun() {
        List<Event> events = run(fragments(calls("{\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\"{}\"}}")));
        assertThat(failure(events).path("message").asText()).contains("without naming it");
    }

    @Test
    void moreCallsThanCanBeAnsweredFailTheRun() {
        String[] many = IntStream.range(0, 1_001).mapToObj(i -> "{\"index\":" + i + ",\"id\":\"c" + i
                + "\",\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}}").toArray(String[]::new);
        assertThat(failure(run(fragments(calls(many)))).path("message").asText())
                .contains("more functions in one reply than the limit of 1000.");
    }
}
