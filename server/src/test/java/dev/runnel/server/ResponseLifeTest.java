package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.EventReader.names;
import static org.assertj.core.api.Assertions.assertThat;

/** The life of a response: in the background, cancelled, deleted, not stored, cut off; and what is refused. */
@Timeout(180)
class ResponseLifeTest {
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

    private List<Event> attach(String id, long after) {
        try (EventReader reader = server.attach(
                "/responses/" + id + "?stream=true" + (after < 0 ? "" : "&starting_after=" + after))) {
            return reader.rest();
        }
    }

    private static String id(List<Event> events) {
        return events.getFirst().json().at("/response/id").asText();
    }

    @Test
    void aResponseInTheBackgroundIsPolledAndCancelled() {
        server.models().enqueue(Script.reply("a").stall());
        JsonNode begun = server.post("/responses", """
                {"model": "m", "input": "Hi", "background": true}""").ok();
        String id = begun.path("id").asText();
        assertThat(begun.path("status").asText()).isIn("queued", "in_progress");
        List<Event> seen;
        try (EventReader reader = server.attach("/responses/" + id + "?stream=true")) {
            seen = new ArrayList<>(reader.until("response.output_text.delta"));
            JsonNode cancelled = server.post("/responses/" + id + "/cancel", "").ok();
            assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
            assertThat(cancelled.at("/output/0/content/0/text").asText()).isEqualTo("a");
            assertThat(server.post("/responses/" + id + "/cancel", "").ok()).isEqualTo(cancelled);
            seen.addAll(reader.rest());
        }
        assertThat(names(seen)).startsWith("response.created", "response.queued", "response.in_progress")
                .endsWith("response.incomplete", "null");
        assertThat(attach(id, -1)).isEqualTo(seen);
    }

    @Test
    void onlyAResponseInTheBackgroundIsCancelled() {
        String id = server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\"}").id();
        assertThat(server.post("/responses/" + id + "/cancel", "").status()).isEqualTo(400);
    }

    @Test
    void aDeletedResponseIsGoneAndItsConversationStaysWhereThereIsMore() throws Exception {
        JsonNode first = server.post("/responses", "{\"model\": \"m\", \"input\": \"1\"}").ok();
        String second = server.post("/responses", """
                {"model": "m", "input": "2", "previous_response_id": "%s"}""".formatted(first.path("id").asText()))
                .id();
        String conversation = "/conversations/" + server.get("/threads").ok().at("/data/0/id").asText();

        assertThat(
                server.send("DELETE", "/responses/" + first.path("id").asText(), "").ok().path("deleted").asBoolean())
                .isTrue();
        assertThat(server.get("/responses/" + first.path("id").asText()).status()).isEqualTo(404);
        assertThat(server.get(conversation + "/items").ok().path("data")).hasSize(4);
        assertThat(server.get("/responses/" + second).status()).isEqualTo(200);

        String alone = server.post("/responses", "{\"model\": \"m\", \"input\": \"3\"}").id();
        server.send("DELETE", "/responses/" + alone, "").ok();
        assertThat(rows("SELECT COUNT(*) FROM runs")).isEqualTo(2);
        assertThat(rows("SELECT COUNT(*) FROM messages")).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofAResponseThatIsNotStoredNothingIsKept(boolean streamed) throws Exception {
        JsonNode kept = server.post("/responses", "{\"model\": \"m\", \"input\": \"Mine\"}").ok();
        String request = """
                {"model": "m", "input": "Secret", "store": false, "stream": %s, "previous_response_id": "%s"}"""
                .formatted(streamed, kept.path("id").asText());
        server.models().enqueue(Script.chat("Hush"));
        if (streamed) {
            try (EventReader reader = server.stream("/responses", request)) {
                assertThat(names(reader.rest())).contains("response.completed");
            }
        } else {
            assertThat(server.post("/responses", request).ok().path("store").asBoolean()).isFalse();
        }
        while (rows("SELECT COUNT(*) FROM threads") > 1) {
            LockSupport.parkNanos(5_000_000); // the answer is sent first
        }
        assertThat(rows("SELECT COUNT(*) FROM messages")).isEqualTo(2);
        assertThat(rows("SELECT COUNT(*) FROM runs")).isEqualTo(1);
        assertThat(rows("SELECT COUNT(*) FROM due_work WHERE kind = 'remove_thread'")).isZero();
        assertThat(server.models().requests().getLast().json().path("messages").toString()).contains("Mine", "Secret");
    }

    @Test
    void whatWasSeenBeforeAKillIsSeenAgainWithTheSameNumbersAndGoesOn() {
        server.close();
        server = TestServer.startProcess(folder);
        server.models().enqueue(
                Script.reply().think("Hm", "m").text("Hel", "lo").stall(),
                Script.reasoning(List.of("Ah"), "Good", " day"));
        List<Event> seen;
        try (EventReader reader = server.stream("/responses", """
                {"model": "m", "input": "Hi", "stream": true}""")) {
            seen = reader.until(event -> event.data().contains("\"delta\":\"lo\""));
            server.kill();
        }
        server.restart();
        List<Event> all = attach(id(seen), -1);

        assertThat(all.subList(0, seen.size())).isEqualTo(seen);
        List<Long> numbers = all.stream().filter(event -> event.event() != null)
                .map(event -> event.json().path("sequence_number").asLong()).toList();
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).isEqualTo(i);
        }
        for (int after = 0; after < numbers.size(); after += 3) {
            assertThat(attach(id(seen), after)).as("after %d", after).isEqualTo(all.subList(after + 1, all.size()));
        }
        JsonNode response = all.get(all.size() - 2).json().path("response");
        assertThat(response.path("status").asText()).isEqualTo("completed");
        assertThat(response.path("output").findValuesAsText("status"))
                .containsExactly("completed", "incomplete", "completed", "completed");
        assertThat(response.at("/output/3/content/0/text").asText()).isEqualTo("Good day");
        assertThat(server.get("/responses/" + id(seen)).ok()).isEqualTo(response);
    }

    @Test
    void aResponseIsReadFromWhatIsKeptOnceItsEventsAreGone() throws Exception {
        server.models().enqueue(
                Script.reasoning(List.of("Hmm"), "Hello"), Script.toolCalls(ToolCall.of("call_1", "f", "{\"a\": 1}")));
        for (String more : List.of("", ", \"tools\": [{\"type\": \"function\", \"name\": \"f\"}]")) {
            JsonNode whole = server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\"" + more + "}").ok();
            String id = whole.path("id").asText();
            update("UPDATE runs SET log_removed = TRUE WHERE id = '" + id.replace("resp_", "run_") + "'");
            assertThat(server.get("/responses/" + id).ok()).isEqualTo(whole);
            assertThat(server.get("/responses/" + id + "?stream=true").error().path("code").asText())
                    .isEqualTo("events_gone");
        }
    }

    @Test
    void anAssistantIsAPrompt() {
        String assistant = server.newAssistant("{\"model\": \"old\", \"instructions\": \"Be kind.\"}");
        JsonNode response = server.post("/responses", """
                {"prompt": {"id": "%s"}, "input": "Hi"}""".formatted(assistant)).ok();
        assertThat(response.at("/prompt/id").asText()).isEqualTo(assistant);
        assertThat(response.path("model").asText()).isEqualTo("old");
        assertThat(response.path("instructions").asText()).isEqualTo("Be kind.");
        assertThat(server.models().requests().getFirst().json().path("messages").toString()).contains("Be kind.");
    }

    @Test
    void aStructuredReplyAndTheOptionsReachTheModel() {
        JsonNode response = server.post("/responses",
                """
                        {"model": "m", "input": "Hi", "reasoning": {"effort": "low"}, "top_p": 0.5, "tool_choice": "required",
                         "parallel_tool_calls": false, "tools": [{"type": "function", "name": "f", "strict": true,
                         "parameters": {"type": "object"}}], "max_output_tokens": 50,
                         "text": {"format": {"type": "json_schema", "name": "n", "strict": true, "schema": {"type": "object"}}}}""")
                .ok();
        JsonNode sent = server.models().requests().getFirst().json();
        assertThat(sent.at("/response_format/json_schema/name").asText()).isEqualTo("n");
        assertThat(sent.at("/tools/0/function/strict").asBoolean()).isTrue();
        assertThat(sent.path("tool_choice").asText()).isEqualTo("required");
        assertThat(sent.path("parallel_tool_calls").asBoolean(true)).isFalse();
        assertThat(sent.path("reasoning_effort").asText()).isEqualTo("low");
        assertThat(response.at("/text/format/name").asText()).isEqualTo("n");
        assertThat(response.at("/tools/0/name").asText()).isEqualTo("f");
        assertThat(response.at("/reasoning/effort").asText()).isEqualTo("low");
    }

    @Test
    void theInputOfAResponseIsListedAndItsTokensAreCounted() {
        String request = """
                {"model": "gpt-4o", "input": [{"role": "developer", "content": "Be brief."},
                 {"role": "user", "content": [{"type": "input_text", "text": "What is it?"},
                 {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo=", "detail": "low"}]}]}""";
        String id = server.post("/responses", request).id();
        JsonNode items = server.get("/responses/" + id + "/input_items?order=asc").ok();
        assertThat(items.path("data")).hasSize(2);
        assertThat(items.at("/data/0/role").asText()).isEqualTo("developer");
        assertThat(items.at("/data/1/content/1/type").asText()).isEqualTo("input_image");
        assertThat(server.post("/responses/input_tokens", """
                {"model": "gpt-4o", "input": "Hello there"}""").ok().path("input_tokens").asLong()).isBetween(3L, 20L);
        assertThat(server.post("/responses/input_tokens", """
                {"model": "gpt-4o", "input": "Hello there", "previous_response_id": "%s"}""".formatted(id)).ok()
                .path("input_tokens").asLong()).isGreaterThan(700);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"tools\": [{\"type\": \"web_search\"}]                     | tools[0].type      | unsupported_tool",
        "\"tools\": [{\"type\": \"image_generation\"}]               | tools[0].type      | unsupported_tool",
        "\"tools\": [{\"type\": \"computer_use_preview\"}]           | tools[0].type      | unsupported_tool",
        "\"tools\": [{\"type\": \"shell\"}]                          | tools[0].type      | unsupported_tool",
        "\"input\": [{\"type\": \"computer_call_output\"}]           | input[0].type      | unsupported_item",
        "\"input\": [{\"role\": \"user\", \"content\": [{\"type\": \"input_audio\"}]}] | input[0].content[0].type | invalid_value",
        "\"input\": [{\"type\": \"function_call_output\", \"call_id\": \"x\", \"output\": \"y\"}] | input | ",
        "\"input\": [{\"type\": \"function_call\", \"call_id\": \"x\", \"name\": \"f\", \"arguments\": \"\"}] | input | ",
        "\"background\": true, \"store\": false                      | store              | invalid_value",
        "\"modalities\": [\"audio\"]                                 | modalities         | unknown_parameter",
        "\"previous_response_id\": \"resp_none\"                     | previous_response_id | previous_response_not_found"})
    void whatTheServerDoesNotHaveIsRefusedByName(String field, String param, String code) throws Exception {
        Answer answer = server.post("/responses", "{\"model\": \"m\", " + field.strip() + "}");
        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.error().path("param").asText("null")).isEqualTo(param == null ? "null" : param);
        assertThat(answer.error().path("code").asText("null")).isEqualTo(code == null ? "null" : code);
        assertThat(rows("SELECT COUNT(*) FROM threads")).isZero();
    }

    @Test
    void aCallThatWaitsForItsOutputIsAskedFor() {
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "f", "{}")));
        String id = server.post("/responses", """
                {"model": "m", "input": "Hi", "tools": [{"type": "function", "name": "f"}]}""").id();
        Answer refused = server.post("/responses", """
                {"model": "m", "input": "And?", "previous_response_id": "%s"}""".formatted(id));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error().path("message").asText())
                .isEqualTo("No tool output found for function call call_1.");
    }

    @Test
    void aFailedAndACutOffResponseSayWhy() {
        server.models().enqueue(Script.error(401, "invalid_request_error", "no key"), Script.finish("length", "Hel"));
        JsonNode failed = server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\"}").ok();
        assertThat(failed.path("status").asText()).isEqualTo("failed");
        assertThat(failed.at("/error/code").asText()).isEqualTo("server_error");
        JsonNode cut = server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\"}").ok();
        assertThat(cut.path("status").asText()).isEqualTo("incomplete");
        assertThat(cut.at("/incomplete_details/reason").asText()).isEqualTo("max_output_tokens");
        assertThat(cut.at("/output/0/status").asText()).isEqualTo("incomplete");
    }

    private long rows(String query) throws Exception {
        try (Connection database = TestDatabases.connect(folder);
                Statement statement = database.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    private void update(String statement) throws Exception {
        try (Connection database = TestDatabases.connect(folder); Statement update = database.createStatement()) {
            update.executeUpdate(statement);
        }
    }
}
