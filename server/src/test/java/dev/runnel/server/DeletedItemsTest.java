package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Items that are deleted: what goes with them, what they leave usable, and their ids as cursors. */
@Timeout(180)
class DeletedItemsTest {
    private static final String WEATHER = """
            "tools": [{"type": "function", "name": "weather", "parameters": {"type": "object"}, "strict": false}]""";

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

    private String conversation() {
        return server.post("/conversations", """
                {"items": [{"role": "user", "content": "q"},
                 {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                 {"type": "function_call_output", "call_id": "c", "output": "o"},
                 {"role": "user", "content": "q2"}]}""").id();
    }

    private List<String> items(String conversation, String field, String query) {
        List<String> values = new ArrayList<>();
        server.get("/conversations/" + conversation + "/items?order=asc" + query).ok().path("data")
                .forEach(item -> values.add(item.path(field).asText()));
        return values;
    }

    private List<String> types(String conversation) {
        return items(conversation, "type", "");
    }

    private void delete(String conversation, String item) {
        server.send("DELETE", "/conversations/" + conversation + "/items/" + item, "").ok();
    }

    private JsonNode respond(String json) {
        server.models().enqueue(Script.chat("a"));
        return server.post("/responses", "{\"model\": \"m\", " + json + "}").ok();
    }

    private JsonNode lastPrompt() {
        return server.models().requests().getLast().json().path("messages");
    }

    @Test
    void aCallAndItsOutputGoTogether() {
        for (int deleted : new int[] {1, 2}) {
            String conversation = conversation();
            JsonNode first = respond("\"input\": \"r1\", \"conversation\": \"" + conversation + "\"");
            respond("\"input\": \"r2\", \"conversation\": \"" + conversation + "\"");
            delete(conversation, items(conversation, "id", "").get(deleted));
            assertThat(types(conversation)).hasSize(6).containsOnly("message");

            respond("\"input\": \"r3\", \"conversation\": \"" + conversation + "\"");
            assertThat(lastPrompt().findValuesAsText("role")).doesNotContain("tool");
            respond("\"input\": \"r4\", \"previous_response_id\": \"" + first.path("id").asText() + "\"");
            assertThat(lastPrompt().findValuesAsText("role")).containsExactly(
                    "user", "user", "user", "assistant", "user");
        }
    }

    @Test
    void callsOfOneReplyGoWithTheOutputsThatTheNextRequestBrought() {
        for (int deleted = 1; deleted < 5; deleted++) {
            String conversation = server.post("/conversations", "{}").id();
            server.models().enqueue(Script.toolCalls(
                    ToolCall.of("call_1", "weather", "{}"), ToolCall.of("call_2", "weather", "{}")));
            server.post("/responses", """
                    {"model": "m", "input": "Hi", %s, "conversation": "%s"}""".formatted(WEATHER, conversation)).ok();
            JsonNode second = respond("""
                    "input": [{"type": "function_call_output", "call_id": "call_2", "output": "2"},
                     {"type": "function_call_output", "call_id": "call_1", "output": "1"}], %s, "conversation": "%s\""""
                    .formatted(WEATHER, conversation));
            // A later call has the id of an earlier one: it is another reply's.
            server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
            server.post("/responses", """
                    {"model": "m", "input": "Again", %s, "conversation": "%s"}""".formatted(WEATHER, conversation))
                    .ok();
            respond("""
                    "input": [{"type": "function_call_output", "call_id": "call_1", "output": "3"}], "conversation": "%s\""""
                    .formatted(conversation));
            assertThat(types(conversation)).startsWith(
                    "message", "function_call", "function_call", "function_call_output", "function_call_output",
                    "message", "message", "function_call", "function_call_output", "message").hasSize(10);

            delete(conversation, items(conversation, "id", "").get(deleted));
            assertThat(types(conversation)).as("item %s", deleted).containsExactly(
                    "message", "message", "message", "function_call", "function_call_output", "message");
            respond("\"input\": \"More\", \"conversation\": \"" + conversation + "\"");
            assertThat(lastPrompt().findValuesAsText("tool_call_id")).hasSize(1);
            respond("\"input\": \"More\", \"previous_response_id\": \"" + second.path("id").asText() + "\"");
            assertThat(lastPrompt().findValuesAsText("tool_call_id")).isEmpty();
        }
    }

    @Test
    void aCallOrOutputThatWasAddedAloneRefusesNoRequest() {
        String conversation = server.post("/conversations", """
                {"items": [{"role": "user", "content": "q"},
                 {"type": "function_call_output", "call_id": "none", "output": "o"},
                 {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                 {"role": "user", "content": "q2"}]}""").id();
        JsonNode first = respond("\"input\": \"r1\", \"conversation\": \"" + conversation + "\"");
        respond("\"input\": \"r2\", \"conversation\": \"" + conversation + "\"");
        respond("\"input\": \"r3\", \"previous_response_id\": \"" + first.path("id").asText() + "\"");
        assertThat(lastPrompt().findValuesAsText("role")).containsExactly("user", "user", "user", "assistant", "user");
    }

    @Test
    void aDeletedItemIsStillACursor() {
        String conversation = conversation();
        List<String> ids = items(conversation, "id", "");
        delete(conversation, ids.get(1)); // with its output
        assertThat(items(conversation, "id", "&after=" + ids.get(1))).containsExactly(ids.get(3));
        assertThat(items(conversation, "id", "&after=" + ids.get(2))).containsExactly(ids.get(3));
        assertThat(items(conversation, "id", "&after=" + ids.get(3))).isEmpty();
        delete(conversation, ids.get(0));
        assertThat(items(conversation, "id", "&limit=1&after=" + ids.get(0))).containsExactly(ids.get(3));
        assertThat(server.get("/conversations/" + conversation + "/items?order=desc&after=" + ids.get(1)).ok()
                .path("data")).isEmpty();
        assertThat(server.get("/conversations/" + conversation + "/items?after=fc_none").status()).isEqualTo(404);
    }

    @Test
    void aDeletedItemOfAReplyIsStillACursor() {
        String conversation = server.post("/conversations", "{}").id();
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        server.post("/responses", """
                {"model": "m", "input": "Hi", %s, "conversation": "%s"}""".formatted(WEATHER, conversation)).ok();
        List<String> ids = items(conversation, "id", "");
        delete(conversation, ids.get(1));
        server.post("/conversations/" + conversation + "/items", """
                {"items": [{"role": "user", "content": "q"}]}""").ok();
        assertThat(items(conversation, "id", "&after=" + ids.get(1))).hasSize(1).doesNotContain(ids.get(0));
    }

    @Test
    void aDeletedInputItemIsStillACursor() {
        String conversation = server.post("/conversations", "{}").id();
        JsonNode response = respond("""
                "input": [{"role": "user", "content": "1"}, {"role": "developer", "content": "2"},
                 {"role": "user", "content": "3"}], "conversation": "%s\"""".formatted(conversation));
        String path = "/responses/" + response.path("id").asText() + "/input_items?";
        List<String> ids = items(conversation, "id", "").subList(0, 3);
        delete(conversation, ids.get(1));
        assertThat(server.get(path + "order=asc&after=" + ids.get(1)).ok().at("/data/0/id").asText())
                .isEqualTo(ids.get(2));
        assertThat(server.get(path + "after=" + ids.get(1)).ok().at("/data/0/id").asText()).isEqualTo(ids.get(0));
        delete(conversation, ids.get(0));
        assertThat(server.get(path + "order=asc&after=" + ids.get(0)).ok().path("data")).hasSize(1);
        assertThat(server.get(path + "after=msg_none").status()).isEqualTo(404);
    }
}
