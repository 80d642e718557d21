package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Objects are changed by posting to them: what is left out stays, what is null goes back to its default. */
@Timeout(180)
class ModificationTest {
    private static final String ASSISTANT = """
            {"model": "m", "name": "N", "description": "D", "instructions": "I", "temperature": 0.5, "top_p": 0.25,
             "reasoning_effort": "low", "metadata": {"a": "1", "b": "2"}, "response_format": {"type": "json_object"},
             "tools": [{"type": "function", "function": {"name": "weather"}}]}""";

    @TempDir
    Path folder;

    private TestServer server;
    private final Gate gate = new Gate();

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        gate.open();
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            model            | "m2"
            name             | "N2"
            description      | ""
            instructions     | "I2"
            temperature      | 0.0
            top_p            | 0.0
            reasoning_effort | "high"
            metadata         | {"c":"3"}
            response_format  | {"type":"text"}
            tools            | []
            tool_resources   | {"code_interpreter":{"file_ids":[]}}
            """)
    void oneFieldOfAnAssistantIsChangedAndTheOthersStay(String field, String value) {
        JsonNode before = server.post("/assistants", ASSISTANT).ok();
        JsonNode after = server.post("/assistants/" + before.path("id").asText(),
                "{\"" + field + "\": " + value + "}").ok();

        ObjectNode expected = before.deepCopy();
        expected.set(field, Answer.tree(value));
        assertThat(after).isEqualTo(expected);
        assertThat(server.get("/assistants/" + before.path("id").asText()).ok()).isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            model            | "m"
            name             | null
            description      | null
            instructions     | null
            temperature      | 1.0
            top_p            | 1.0
            reasoning_effort | null
            metadata         | {}
            response_format  | "auto"
            tools            | []
            tool_resources   | {}
            """)
    void aNullSetsAFieldOfAnAssistantBack(String field, String expected) {
        JsonNode before = server.post("/assistants", ASSISTANT).ok();
        JsonNode after = server.post("/assistants/" + before.path("id").asText(), "{\"" + field + "\": null}").ok();

        ObjectNode cleared = before.deepCopy();
        cleared.set(field, Answer.tree(expected));
        assertThat(after).isEqualTo(cleared);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"nmae": "x"}                    | nmae                   | unknown_parameter
            {"id": "asst_x"}                 | id                     | unknown_parameter
            {"temperature": 3}               | temperature            | decimal_above_max_value
            {"name": "N2", "top_p": "x"}     | top_p                  | invalid_type
            {"tools": [{"type": "function"}]}| tools[0].function      | missing_required_parameter
            """)
    void whatIsWrongChangesNothing(String body, String param, String code) {
        JsonNode before = server.post("/assistants", ASSISTANT).ok();
        Answer answer = server.post("/assistants/" + before.path("id").asText(), body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("param").asText()).isEqualTo(param);
        assertThat(answer.error().path("code").asText()).isEqualTo(code);
        assertThat(server.get("/assistants/" + before.path("id").asText()).ok()).isEqualTo(before);
    }

    @Test
    void aThreadIsChangedAlsoWhileItIsLocked() {
        server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        String thread = server.newThread();
        try (EventReader reader = server.run(server.newAssistant(), thread)) {
            reader.until("thread.message.delta");
            server.post("/threads/" + thread, """
                    {"metadata": {"a": "1"}}""").ok();
            JsonNode changed = server.post("/threads/" + thread, """
                    {"metadata": {"b": "2"}}""").ok();
            assertThat(changed.path("metadata").toString()).isEqualTo("{\"b\":\"2\"}");
            assertThat(server.post("/threads/" + thread, "{}").ok()).isEqualTo(changed);
            assertThat(server.get("/threads/" + thread).ok()).isEqualTo(changed);
        }
    }

    @Test
    void aMessageHasItsMetadataReplacedAndNothingElse() {
        String thread = server.newThread();
        JsonNode message = server.post("/threads/" + thread + "/messages", """
                {"role": "user", "content": "Hi", "metadata": {"a": "1"}}""").ok();
        String path = "/threads/" + thread + "/messages/" + message.path("id").asText();

        ObjectNode expected = message.deepCopy();
        expected.putObject("metadata").put("b", "2");
        assertThat(server.post(path, """
                {"metadata": {"b": "2"}}""").ok()).isEqualTo(expected);
        assertThat(server.post(path, "").ok()).isEqualTo(expected);
        assertThat(server.post(path, """
                {"content": "No"}""").error().path("code").asText()).isEqualTo("unknown_parameter");
        assertThat(server.get(path).ok()).isEqualTo(expected);
    }

    @Test
    void aMessageKeepsTheMetadataItWasGivenWhileItWasWritten() {
        server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        String thread = server.newThread();
        try (EventReader reader = server.run(server.newAssistant(), thread)) {
            reader.until("thread.message.delta");
            String path = "/threads/" + thread + "/messages/"
                    + server.get("/threads/" + thread + "/messages").ids().getFirst();
            JsonNode changed = server.post(path, """
                    {"metadata": {"a": "1"}}""").ok();
            assertThat(changed.path("status").asText()).isEqualTo("in_progress");
            assertThat(changed.at("/content/0/text/value").asText()).isEqualTo("Hel");
            gate.open();

            JsonNode completed = EventReader.only(reader.rest(), "thread.message.completed").json();
            assertThat(completed.path("metadata").toString()).isEqualTo("{\"a\":\"1\"}");
            assertThat(completed.at("/content/0/text/value").asText()).isEqualTo("Hello");
            assertThat(server.get(path).ok()).isEqualTo(completed);
        }
    }

    @Test
    void aRunKeepsTheMetadataItWasGivenWhileItWasUnderWay() {
        server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
            String path = TestServer.runPath(reader.until("thread.message.delta"));
            assertThat(server.post(path, """
                    {"metadata": {"a": "1"}}""").ok().path("status").asText()).isEqualTo("in_progress");
            gate.open();

            JsonNode completed = EventReader.only(reader.rest(), "thread.run.completed").json();
            assertThat(completed.path("metadata").toString()).isEqualTo("{\"a\":\"1\"}");
            assertThat(server.get(path).ok()).isEqualTo(completed);
            assertThat(server.post(path, """
                    {"metadata": null}""").ok().path("metadata")).isEmpty();
            assertThat(server.post(path, """
                    {"instructions": "No"}""").error().path("code").asText()).isEqualTo("unknown_parameter");
        }
    }

    @Test
    void metadataOfAWaitingRunSurvivesARestart() {
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")), Script.chat("It rains."));
        String path;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            path = TestServer.runPath(reader.rest());
        }
        server.post(path, """
                {"metadata": {"a": "1"}}""").ok();
        server.restart();

        try (EventReader reader = server.stream(path + "/submit_tool_outputs", """
                {"stream": true, "tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}]}""")) {
            JsonNode completed = EventReader.only(reader.rest(), "thread.run.completed").json();
            assertThat(completed.path("metadata").toString()).isEqualTo("{\"a\":\"1\"}");
        }
    }

    @Test
    void aRunUsesTheAssistantAsItWasWhenTheRunWasCreated() {
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")), Script.chat("It rains."));
        String assistant = server.newWeatherAssistant();
        String path;
        try (EventReader reader = server.run(assistant, server.newThread())) {
            path = TestServer.runPath(reader.rest());
        }
        server.post("/assistants/" + assistant, """
                {"model": "other", "instructions": "Other.", "tools": []}""").ok();
        server.send("DELETE", "/assistants/" + assistant, "").ok();

        try (EventReader reader = server.stream(path + "/submit_tool_outputs", """
                {"stream": true, "tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}]}""")) {
            assertThat(EventReader.names(reader.rest())).contains("thread.run.completed");
        }
        JsonNode second = server.models().requests().getLast().json();
        assertThat(second.path("model").asText()).isEqualTo("m");
        assertThat(second.at("/messages/0/role").asText()).isEqualTo("user");
        assertThat(second.path("tools")).hasSize(1);
    }
}
