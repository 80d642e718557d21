package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
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

/** Conversations: threads, old ones too, with all that stands in them as items. */
@Timeout(180)
class ConversationsTest {
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

    private static List<String> column(JsonNode list, String field) {
        List<String> values = new ArrayList<>();
        list.path("data").forEach(item -> values.add(item.path(field).asText()));
        return values;
    }

    /** A thread of the Assistants API with a question, a call, its output and an answer. */
    private String oldThread() {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{}")), Script.chat("It rains."));
        String thread = server.newThread();
        try (EventReader reader = server.run(server.newWeatherAssistant(), thread)) {
            String run = TestServer.runPath(reader.rest());
            try (EventReader rest = server.stream(run + "/submit_tool_outputs", """
                    {"stream": true, "tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}]}""")) {
                rest.rest();
            }
        }
        return thread;
    }

    @Test
    void anOldThreadIsAConversationAndGoesOnAsOne() {
        String thread = oldThread();
        String conversation = thread.replace("thread_", "conv_");
        JsonNode items = server.get("/conversations/" + conversation + "/items?order=asc").ok();

        assertThat(server.get("/conversations/" + thread).id()).isEqualTo(conversation);
        assertThat(column(items, "type")).containsExactly(
                "message", "function_call", "function_call_output", "message");
        assertThat(items.at("/data/0/content/0/text").asText()).isEqualTo("Hi");
        assertThat(items.at("/data/1/name").asText()).isEqualTo("weather");
        assertThat(items.at("/data/2/output").asText()).isEqualTo("rain");
        assertThat(items.at("/data/3/content/0/text").asText()).isEqualTo("It rains.");

        server.models().enqueue(Script.chat("Tomorrow too."));
        JsonNode next = server.post("/responses", """
                {"model": "m", "input": "And tomorrow?", "conversation": "%s"}""".formatted(conversation)).ok();
        assertThat(next.at("/conversation/id").asText()).isEqualTo(conversation);
        JsonNode prompt = server.models().requests().get(2).json().path("messages");
        assertThat(prompt).hasSize(5);
        assertThat(prompt.at("/1/tool_calls/0/id").asText()).isEqualTo("call_1");
        assertThat(prompt.at("/2/content").asText()).isEqualTo("rain");
        assertThat(server.get("/threads/" + conversation + "/messages").ids()).hasSize(4);
        assertThat(server.get("/threads/" + thread + "/runs").ids().getFirst().replace("run_", "resp_"))
                .isEqualTo(next.path("id").asText());
    }

    @Test
    void itemsAreReadInPagesInBothDirections() {
        String conversation = oldThread().replace("thread_", "conv_");
        for (String order : List.of("asc", "desc")) {
            JsonNode whole = server.get("/conversations/" + conversation + "/items?order=" + order).ok();
            List<String> ids = column(whole, "id");
            assertThat(ids).hasSize(4).doesNotHaveDuplicates();
            List<String> walked = new ArrayList<>();
            String after = "";
            boolean more = true;
            while (more) {
                JsonNode page = server.get("/conversations/" + conversation + "/items?limit=1&order=" + order
                        + (after.isEmpty() ? "" : "&after=" + after)).ok();
                walked.addAll(column(page, "id"));
                after = page.path("last_id").asText();
                more = page.path("has_more").asBoolean();
            }
            assertThat(walked).as(order).isEqualTo(ids);
        }
        assertThat(server.get("/conversations/" + conversation + "/items?after=msg_none").status()).isEqualTo(404);
    }

    @Test
    void itemsAreAddedRetrievedAndDeleted() {
        String conversation = server.post("/conversations", """
                {"metadata": {"a": "b"}, "items": [{"role": "system", "content": "Be brief."},
                 {"role": "user", "content": "Hi"}]}""").id();
        assertThat(conversation).startsWith("conv_");
        JsonNode added = server.post("/conversations/" + conversation + "/items", """
                {"items": [{"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                 {"type": "function_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "o"}]},
                 {"role": "assistant", "content": [{"type": "output_text", "text": "Hello"}]}]}""").ok();
        List<String> ids = column(server.get("/conversations/" + conversation + "/items?order=asc").ok(), "id");
        assertThat(ids).hasSize(5).endsWith(column(added, "id").toArray(String[]::new));
        for (String id : ids) {
            assertThat(server.get("/conversations/" + conversation + "/items/" + id).id()).isEqualTo(id);
        }
        String output = ids.remove(3); // goes with its call
        for (String id : ids) {
            assertThat(server.send("DELETE", "/conversations/" + conversation + "/items/" + id, "").id())
                    .isEqualTo(conversation);
            assertThat(server.get("/conversations/" + conversation + "/items/" + id).status()).isEqualTo(404);
        }
        assertThat(server.get("/conversations/" + conversation + "/items/" + output).status()).isEqualTo(404);
        assertThat(server.get("/conversations/" + conversation + "/items").ok().path("data")).isEmpty();
        assertThat(server.post("/conversations/" + conversation, "{\"metadata\": {\"c\": \"d\"}}").ok()
                .at("/metadata/c").asText()).isEqualTo("d");
        assertThat(server.send("DELETE", "/conversations/" + conversation, "").ok().path("object").asText())
                .isEqualTo("conversation.deleted");
        assertThat(server.get("/conversations/" + conversation).status()).isEqualTo(404);
    }

    @Test
    void whatTheAssistantsApiDoesNotKnowGoesToTheModelInOrder() {
        server.models().enqueue(Script.chat("Done."));
        server.post("/responses",
                """
                        {"model": "m", "input": [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": "Hi"},
                         {"type": "reasoning", "id": "rs_1", "summary": []},
                         {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"},
                         {"type": "function_call", "call_id": "b", "name": "f", "arguments": "{}"},
                         {"type": "function_call_output", "call_id": "b", "output": "2"},
                         {"type": "function_call_output", "call_id": "a", "output": "1"}]}""")
                .ok();
        JsonNode prompt = server.models().requests().getFirst().json().path("messages");
        assertThat(prompt.findValuesAsText("role")).containsExactly("system", "user", "assistant", "tool", "tool");
        assertThat(prompt.get(2).path("tool_calls")).hasSize(2);
        assertThat(prompt.get(3).path("content").asText()).isEqualTo("1");
        assertThat(prompt.get(4).path("content").asText()).isEqualTo("2");
    }

    @Test
    void aConversationIsLockedWhileAResponseIsMade() {
        server.models().enqueue(Script.reply("a").stall());
        String conversation = server.post("/conversations", "{}").id();
        try (EventReader reader = server.stream("/responses", """
                {"model": "m", "input": "Hi", "stream": true, "conversation": {"id": "%s"}}"""
                .formatted(conversation))) {
            List<Event> begun = reader.until("response.output_text.delta");
            assertThat(server.post("/responses", """
                    {"model": "m", "input": "More", "conversation": "%s"}""".formatted(conversation)).status())
                    .isEqualTo(400);
            assertThat(server.post("/conversations/" + conversation + "/items", """
                    {"items": [{"role": "user", "content": "Hi"}]}""").status()).isEqualTo(400);
            String id = begun.getFirst().json().at("/response/id").asText();
            JsonNode items = server.get("/conversations/" + conversation + "/items?order=asc").ok();
            assertThat(items.at("/data/1/status").asText()).isEqualTo("in_progress");
            assertThat(items.at("/data/1/content/0/text").asText()).isEqualTo("a");
            assertThat(server.get("/responses/" + id).ok().at("/output/0/content/0/text").asText()).isEqualTo("a");
        }
        assertThat(server.send("DELETE", "/conversations/" + conversation, "").status()).isEqualTo(200);
    }
}
