package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Script;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.EventReader.names;
import static org.assertj.core.api.Assertions.assertThat;

/** Requests of responses and conversations that are refused, in the caller's words. */
@Timeout(120)
class ResponseRefusalsTest {
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

    private static void assertRefused(Answer answer, int status, String param, String code, String message) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.error().path("param").asText()).isEqualTo(param);
        assertThat(answer.error().path("code").asText()).isEqualTo(code);
        assertThat(answer.error().path("message").asText()).isEqualTo(message);
    }

    @Test
    void aPreviousResponseThatIsNotThereIsNamed() {
        for (String path : List.of("/responses", "/responses/input_tokens")) {
            assertRefused(server.post(path, """
                    {"model": "m", "input": "Hi", "previous_response_id": "resp_none"}"""), 400,
                    "previous_response_id", "previous_response_not_found",
                    "Previous response with id 'resp_none' not found.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", \"input\": null", ", \"input\": []", ", \"instructions\": \"Be brief.\""})
    void aRequestWithoutInputIsRefused(String input) {
        String conversation = server.post("/conversations", "{}").id();
        for (String on : List.of("", ", \"conversation\": \"" + conversation + "\"")) {
            assertRefused(server.post("/responses", "{\"model\": \"m\"" + input + on + "}"), 400, "input",
                    "missing_required_parameter", "Missing required parameter: 'input'.");
        }
        assertThat(server.get("/threads/" + conversation + "/runs").ids()).isEmpty();
    }

    @Test
    void whatIsInTheConversationIsInputEnough() {
        server.models().enqueue(Script.chat("a"), Script.chat("b"));
        String conversation = server.post("/conversations", """
                {"items": [{"role": "user", "content": "Hi"}]}""").id();
        JsonNode first = server.post("/responses", """
                {"model": "m", "conversation": "%s"}""".formatted(conversation)).ok();
        server.post("/responses", """
                {"model": "m", "previous_response_id": "%s"}""".formatted(first.path("id").asText())).ok();
    }

    @Test
    void aConversationThatIsNotThereIsNamedAsTheRequestNamesIt() {
        String items = "{\"items\": [{\"role\": \"user\", \"content\": \"Hi\"}]}";
        String no = "No conversation found with id 'conv_none'.";
        for (Answer answer : List.of(
                server.get("/conversations/conv_none"), server.get("/conversations/conv_none/items"),
                server.post("/conversations/conv_none", "{\"metadata\": {}}"),
                server.post("/conversations/conv_none/items", items),
                server.get("/conversations/conv_none/items/msg_1"),
                server.send("DELETE", "/conversations/conv_none/items/msg_1", ""),
                server.send("DELETE", "/conversations/conv_none", ""),
                server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\", \"conversation\": \"conv_none\"}"),
                server.post("/responses", "{\"model\": \"m\", \"conversation\": \"conv_none\"}"))) {
            assertRefused(answer, 404, "null", "null", no);
        }
    }

    @Test
    void aLockedConversationAndARunningResponseAreNamed() {
        server.models().enqueue(Script.reply("a").stall());
        String conversation = server.post("/conversations", "{}").id();
        try (EventReader reader = server.stream("/responses", """
                {"model": "m", "input": "Hi", "stream": true, "conversation": "%s"}""".formatted(conversation))) {
            List<Event> begun = reader.until("response.output_text.delta");
            String response = begun.getFirst().json().at("/response/id").asText();
            String locked = "Conversation " + conversation + " is locked: its response " + response + " has not ended.";
            JsonNode items = server.get("/conversations/" + conversation + "/items?order=asc").ok();
            for (Answer answer : List.of(
                    server.post("/conversations/" + conversation + "/items", """
                            {"items": [{"role": "user", "content": "Hi"}]}"""),
                    server.send("DELETE", "/conversations/" + conversation + "/items/"
                            + items.at("/data/0/id").asText(), ""),
                    server.post("/responses", """
                            {"model": "m", "input": "More", "conversation": "%s"}""".formatted(conversation)))) {
                assertRefused(answer, 400, "null", "conversation_locked", locked);
            }
            assertRefused(server.post("/responses", """
                    {"model": "m", "input": "More", "previous_response_id": "%s"}""".formatted(response)), 400,
                    "previous_response_id", "invalid_value", "Response '" + response + "' has not ended.");
        }
        server.send("DELETE", "/conversations/" + conversation, "").ok();
    }

    @Test
    void aPathOfAnotherMethodIsNoIdAndIdsBeginWithTheirPrefix() {
        for (String method : List.of("GET", "DELETE")) {
            Answer answer = server.send(method, "/responses/input_tokens", "");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.error().path("code").asText()).isEqualTo("unknown_url");
        }
        assertRefused(server.get("/responses/msg_1"), 400, "response_id", "invalid_value",
                "Invalid 'response_id': 'msg_1'. Expected an ID that begins with 'resp'.");
        assertThat(server.get("/responses/run_none").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "True", "TRUE", "1"})
    void aFlagMayBeWrittenAsInOtherLanguages(String yes) {
        server.models().enqueue(Script.chat("a"));
        String response = server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\"}").id();
        try (EventReader reader = server.attach("/responses/" + response + "?stream=" + yes)) {
            assertThat(names(reader.rest())).contains("response.completed");
        }
        server.models().enqueue(Script.chat("a"));
        List<Event> events = server.run();
        try (EventReader reader = server.attach(TestServer.runPath(events) + "?stream=" + yes + "&follow=" + yes
                + "&event_ids=" + yes)) {
            assertThat(names(reader.rest())).contains("thread.run.completed");
        }
    }

    @Test
    void otherFlagsAreRefused() {
        server.models().enqueue(Script.chat("a"), Script.chat("a"));
        String response = server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\"}").id();
        String run = TestServer.runPath(server.run());
        for (String query : List.of("stream=yes", "stream=true&follow=yes", "stream=true&event_ids=yes")) {
            String param = query.substring(query.lastIndexOf('&') + 1, query.lastIndexOf('='));
            assertRefused(server.get(run + "?" + query), 400, param, "invalid_value",
                    "Invalid value: 'yes'. Supported values are: 'true', 'false'.");
        }
        assertRefused(server.get("/responses/" + response + "?stream=yes"), 400, "stream", "invalid_value",
                "Invalid value: 'yes'. Supported values are: 'true', 'false'.");
        assertThat(server.get("/responses/" + response + "?stream=False").ok().path("id").asText()).isEqualTo(response);
    }
}
