package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
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

/** A value that a run sets instead of its assistant's reaches the model and is shown by the run; 0, false and "" are values too. */
@Timeout(180)
class OverridesTest {
    /** An assistant that has set whatever can be set. */
    private static final String ASSISTANT = """
            {"model": "m", "instructions": "Be kind.", "temperature": 0.7, "top_p": 0.8, "reasoning_effort": "low",
             "response_format": {"type": "json_object"},
             "tools": [{"type": "function", "function": {"name": "weather"}}]}""";

    private static final String SCHEMA = """
            {"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},"strict":false}}""";

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

    static Stream<Arguments> overrides() {
        return Stream.of(
                // what the run asks for; a member of the model call, and its value; the same of the run
                Arguments.of("'model': 'other'", "model", "'other'", "model", "'other'"),
                Arguments.of("'instructions': 'Be brief.'", "messages/0/content", "'Be brief.'", "instructions",
                        "'Be brief.'"),
                Arguments.of("'instructions': ''", "messages/0/role", "'user'", "instructions", "''"),
                Arguments.of("'instructions': null", "messages/0/content", "'Be kind.'", "instructions", "'Be kind.'"),
                Arguments.of("'temperature': 0", "temperature", "0.0", "temperature", "0.0"),
                Arguments.of("'temperature': 1", "temperature", "1.0", "temperature", "1.0"),
                Arguments.of("'temperature': 2", "temperature", "2.0", "temperature", "2.0"),
                Arguments.of("'top_p': 0", "top_p", "0.0", "top_p", "0.0"),
                Arguments.of("'top_p': 1", "top_p", "1.0", "top_p", "1.0"),
                Arguments.of("'reasoning_effort': 'none'", "reasoning_effort", "'none'", "reasoning_effort", "'none'"),
                Arguments.of("'response_format': " + SCHEMA, "response_format", SCHEMA, "response_format", SCHEMA),
                Arguments.of("'response_format': {'type': 'text'}", "response_format/type", "'text'",
                        "response_format/type", "'text'"),
                Arguments.of("'response_format': 'auto'", "response_format", "", "response_format", "'auto'"),
                Arguments.of("'tools': []", "tools", "", "tools", "[]"),
                Arguments.of("'tools': [{'type': 'function', 'function': {'name': 'time'}}]", "tools/0/function/name",
                        "'time'", "tools/0/function/name", "'time'"),
                Arguments.of("'tool_choice': 'none'", "tool_choice", "'none'", "tool_choice", "'none'"),
                Arguments.of("'tool_choice': 'auto'", "tool_choice", "", "tool_choice", "'auto'"),
                Arguments.of("'tool_choice': 'required'", "tool_choice", "'required'", "tool_choice", "'required'"),
                Arguments.of("'tool_choice': {'type': 'function', 'function': {'name': 'weather'}}",
                        "tool_choice/function/name", "'weather'", "tool_choice/function/name", "'weather'"),
                Arguments.of("'parallel_tool_calls': false", "parallel_tool_calls", "false", "parallel_tool_calls",
                        "false"),
                Arguments.of("'parallel_tool_calls': true", "parallel_tool_calls", "", "parallel_tool_calls", "true"),
                Arguments.of("'max_completion_tokens': 16", "max_tokens", "16", "max_completion_tokens", "16"),
                Arguments.of("'max_prompt_tokens': 900", "messages/1/content", "'Hi'", "max_prompt_tokens", "900"),
                Arguments.of("'truncation_strategy': {'type': 'last_messages', 'last_messages': 1}",
                        "messages/1/content", "'Hi'", "truncation_strategy/last_messages", "1"),
                Arguments.of("'metadata': {'a': 'b'}", "metadata", "", "metadata/a", "'b'"));
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static String at(JsonNode json, String path) {
        JsonNode value = json.at("/" + path);
        return value.isMissingNode() ? "" : value.toString();
    }

    private JsonNode run(String path, String request) {
        try (EventReader reader = server.stream(path, request)) {
            return only(reader.rest(), "thread.run.completed").json();
        }
    }

    private void assertSent(JsonNode run, String sent, String value, String shown, String shownValue) throws Exception {
        JsonNode asked = server.models().awaitRequest(0, TestServer.PATIENCE).json();
        assertThat(at(asked, sent)).isEqualTo(json(value));
        assertThat(at(run, shown)).isEqualTo(json(shownValue));
        assertThat(server.get("/threads/" + run.path("thread_id").asText() + "/runs/" + run.path("id").asText()).ok())
                .isEqualTo(run);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("overrides")
    void aRunOverridesItsAssistant(String option, String sent, String value, String shown, String shownValue)
            throws Exception {
        JsonNode run = run("/threads/" + server.newThread() + "/runs", "{\"assistant_id\": \""
                + server.newAssistant(ASSISTANT) + "\", \"stream\": true, " + json(option) + "}");

        assertSent(run, sent, value, shown, shownValue);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("overrides")
    void aRunThatIsCreatedWithItsThreadDoesSoToo(
            String option, String sent, String value, String shown, String shownValue) throws Exception {
        JsonNode run = run("/threads/runs", "{\"assistant_id\": \"" + server.newAssistant(ASSISTANT)
                + "\", \"stream\": true, \"thread\": {\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}, "
                + json(option) + "}");

        assertSent(run, sent, value, shown, shownValue);
    }

    @Test
    void whatARunDoesNotSetIsItsAssistants() throws Exception {
        run("/threads/" + server.newThread() + "/runs",
                "{\"assistant_id\": \"" + server.newAssistant(ASSISTANT) + "\", \"stream\": true}");
        JsonNode asked = server.models().awaitRequest(0, TestServer.PATIENCE).json();

        assertThat(asked.path("model").asText()).isEqualTo("m");
        assertThat(asked.path("temperature").asDouble()).isEqualTo(0.7);
        assertThat(asked.path("top_p").asDouble()).isEqualTo(0.8);
        assertThat(asked.path("reasoning_effort").asText()).isEqualTo("low");
        assertThat(asked.at("/response_format/type").asText()).isEqualTo("json_object");
        assertThat(asked.at("/tools/0/function/name").asText()).isEqualTo("weather");
    }

    static Stream<Arguments> sampling() {
        return Stream.of(
                Arguments.of("", "", "1.0"),
                Arguments.of(", 'temperature': null", "", "1.0"),
                Arguments.of(", 'temperature': 0", "0.0", "0.0"),
                Arguments.of(", 'temperature': 1", "1.0", "1.0"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sampling")
    void anAssistantsTemperatureIsSentIfItWasSetAfterARestartToo(String option, String sent, String shown)
            throws Exception {
        String assistant = server.newAssistant(json("{'model': 'm'" + option + "}"));
        server.restart();
        JsonNode run = run("/threads/" + server.newThread() + "/runs",
                "{\"assistant_id\": \"" + assistant + "\", \"stream\": true}");

        assertSent(run, "temperature", sent, "temperature", shown);
        assertThat(at(server.get("/assistants/" + assistant).ok(), "temperature")).isEqualTo(shown);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sampling")
    void aRunsTemperatureIsSentIfItWasSetInLaterRoundsAfterARestartToo(String option, String sent, String shown)
            throws Exception {
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        List<Event> events;
        try (EventReader reader = server.stream("/threads/" + server.newThread() + "/runs", "{\"assistant_id\": \""
                + server.newWeatherAssistant() + "\", \"stream\": true" + json(option) + "}")) {
            events = reader.rest();
        }
        server.restart();
        JsonNode run = run(TestServer.runPath(events) + "/submit_tool_outputs", """
                {"tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}], "stream": true}""");

        assertThat(at(run, "temperature")).isEqualTo(shown);
        for (int call = 0; call < 2; call++) {
            JsonNode asked = server.models().awaitRequest(call, TestServer.PATIENCE).json();
            assertThat(at(asked, "temperature")).isEqualTo(sent);
            assertThat(at(asked, "top_p")).isEmpty();
        }
    }

    @Test
    void additionalInstructionsFollowThoseOfTheRunOrAssistant() throws Exception {
        String assistant = server.newAssistant(ASSISTANT);
        String[] options = {
            "'additional_instructions': 'Now.'", "'additional_instructions': ''",
            "'instructions': '', 'additional_instructions': 'Now.'",
            "'instructions': 'Go.', 'additional_instructions': 'Now.'"};
        for (String option : options) {
            run("/threads/" + server.newThread() + "/runs",
                    "{\"assistant_id\": \"" + assistant + "\", \"stream\": true, " + json(option) + "}");
        }
        assertThat(server.models().requests()).extracting(request -> at(request.json(), "messages/0/content"))
                .containsExactly("\"Be kind.\\nNow.\"", "\"Be kind.\"", "\"Now.\"", "\"Go.\\nNow.\"");
    }

    @Test
    void additionalMessagesComeBeforeTheRunInTheirOrder() throws Exception {
        String thread = server.newThread();
        run("/threads/" + thread + "/runs", json("{'assistant_id': '" + server.newAssistant() + "', 'stream': true,"
                + "'additional_messages': [{'role': 'assistant', 'content': 'Ho'}, {'role': 'user', 'content': [{"
                + "'type': 'text', 'text': 'What is it?'}, {'type': 'image_url', 'image_url': {'url': 'http://x/y'}}]}]}"));
        JsonNode asked = server.models().awaitRequest(0, TestServer.PATIENCE).json().path("messages");

        assertThat(asked.findValuesAsText("role")).containsExactly("user", "assistant", "user");
        assertThat(asked.at("/2/content").toString()).isEqualTo(json(
                "[{'type':'text','text':'What is it?'},{'type':'image_url','image_url':{'url':'http://x/y'}}]"));
        assertThat(server.get("/threads/" + thread + "/messages?order=asc").column("role"))
                .containsExactly("user", "assistant", "user", "assistant");
    }

    static Stream<Arguments> choices() {
        return Stream.of(
                Arguments.of("'required'", ""),
                Arguments.of("{'type': 'function', 'function': {'name': 'weather'}}", ""),
                Arguments.of("'none'", "\"none\""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("choices")
    void aCallIsForcedOnceAndForbiddenAlways(String choice, String second) throws Exception {
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        List<Event> events;
        try (EventReader reader = server.stream("/threads/" + server.newThread() + "/runs", "{\"assistant_id\": \""
                + server.newWeatherAssistant() + "\", \"stream\": true, \"tool_choice\": " + json(choice) + "}")) {
            events = reader.rest();
        }
        run(TestServer.runPath(events) + "/submit_tool_outputs", """
                {"tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}], "stream": true}""");

        assertThat(at(server.models().awaitRequest(0, TestServer.PATIENCE).json(), "tool_choice")).isNotEmpty();
        assertThat(at(server.models().awaitRequest(1, TestServer.PATIENCE).json(), "tool_choice")).isEqualTo(second);
    }

    static Stream<Arguments> imageRefusals() {
        return Stream.of(
                Arguments.of(Script.error(400, "invalid_request_error", "At most 0 image(s) may be provided")),
                Arguments.of(Script.error(500, "server_error", "image input is not supported - hint: mmproj")
                        .header("x-should-retry", "false")));
    }

    @ParameterizedTest
    @MethodSource("imageRefusals")
    void aModelThatTakesNoImagesFailsTheRunAndSaysSo(Script refusal) {
        server.models().enqueue(refusal);
        try (EventReader reader = server.stream("/threads/runs", json("{'assistant_id': '" + server.newAssistant()
                + "', 'stream': true, 'thread': {'messages': [{'role': 'user', 'content': [{'type': 'image_url',"
                + "'image_url': {'url': 'http://x/y.png'}}]}]}}"))) {
            ObjectNode error = (ObjectNode) only(reader.rest(), "thread.run.failed").json().path("last_error");

            assertThat(error.path("code").asText()).isEqualTo("invalid_prompt");
            assertThat(error.path("message").asText()).contains("image");
        }
    }
}
