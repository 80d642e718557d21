package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Items that a request names by their ids rather than sends again, as the AI SDK does. */
@Timeout(120)
class ItemReferenceTest {
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

    private JsonNode prompt(int call) throws InterruptedException {
        return server.models().awaitRequest(call, TestServer.PATIENCE).json().path("messages");
    }

    private static String reference(JsonNode item) {
        return "{\"type\": \"item_reference\", \"id\": \"" + item.path("id").asText() + "\"}";
    }

    @Test
    void aReplyAndItsReasoningAreTakenIntoANewConversation() throws InterruptedException {
        server.models().enqueue(Script.reasoning(List.of("Hm"), "One."), Script.chat("Two."));
        JsonNode first = server.post("/responses", "{\"model\": \"m\", \"input\": \"Count\"}").ok();
        JsonNode next = server.post("/responses",
                """
                        {"model": "m", "input": [{"role": "user", "content": "Count"}, %s, %s, {"role": "user", "content": "On"}]}"""
                        .formatted(reference(first.at("/output/0")), reference(first.at("/output/1"))))
                .ok();

        assertThat(next.at("/output/0/content/0/text").asText()).isEqualTo("Two.");
        assertThat(prompt(1)).extracting(message -> message.path("content").asText())
                .containsExactly("Count", "One.", "On");
        JsonNode brought = server.get("/responses/" + next.path("id").asText() + "/input_items?order=asc").ok();
        assertThat(brought.path("data")).extracting(item -> item.path("type").asText())
                .containsExactly("message", "reasoning", "message", "message");
        assertThat(server.get("/responses/" + first.path("id").asText()).ok()).isEqualTo(first);
    }

    @Test
    void aCallIsNamedByItsId() throws InterruptedException {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{}"), ToolCall.of("call_2", "weather", "{\"a\":1}")),
                Script.chat("Rain."));
        JsonNode called = server.post("/responses", "{\"model\": \"m\", \"input\": \"Weather?\", " + WEATHER + "}")
                .ok();
        server.post("/responses", """
                {"model": "m", "input": [{"role": "user", "content": "Weather?"}, %s,
                 {"type": "function_call_output", "call_id": "call_2", "output": "rain"}]}"""
                .formatted(reference(called.at("/output/1")))).ok();

        assertThat(prompt(1)).hasSize(3);
        assertThat(prompt(1).at("/1/tool_calls/0/function/arguments").asText()).isEqualTo("{\"a\":1}");
        assertThat(prompt(1).at("/2/content").asText()).isEqualTo("rain");
    }

    @Test
    void whatStandsInTheConversationAlreadyIsNotRepeated() throws InterruptedException {
        String conversation = server.post("/conversations", "{}").id();
        server.models().enqueue(Script.chat("One."), Script.chat("Two."), Script.chat("Three."), Script.chat("Four."));
        JsonNode first = server.post("/responses", """
                {"model": "m", "input": "Count", "conversation": "%s"}""".formatted(conversation)).ok();
        for (String on : List.of("\"conversation\": \"" + conversation + "\"",
                "\"previous_response_id\": \"" + first.path("id").asText() + "\"")) {
            server.post("/responses", "{\"model\": \"m\", " + on + ", \"input\": [" + reference(first.at("/output/0"))
                    + ", {\"role\": \"user\", \"content\": \"On\"}]}").ok();
        }
        assertThat(prompt(1)).extracting(message -> message.path("content").asText())
                .containsExactly("Count", "One.", "On");
        assertThat(prompt(2)).as("in a conversation of its own").extracting(message -> message.path("content").asText())
                .containsExactly("Count", "One.", "On");
    }

    @Test
    void anItemThatIsNotThereIsRefused() {
        for (String id : List.of("msg_none", "fc_none_0", "fc_x_99999999999999")) {
            Answer answer = server.post("/responses", """
                    {"model": "m", "input": [{"type": "item_reference", "id": "%s"}]}""".formatted(id));
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.error().path("message").asText()).contains(id);
        }
        assertThat(server.models().requests()).isEmpty();
    }

    @Test
    void aReferenceNeedNotSayThatItIsOne() throws InterruptedException {
        server.models().enqueue(Script.chat("One."), Script.chat("Two."), Script.chat("Three."));
        JsonNode first = server.post("/responses", "{\"model\": \"m\", \"input\": \"Count\"}").ok();
        for (String type : List.of("", "\"type\": null, ")) {
            server.post("/responses", """
                    {"model": "m", "input": [{%s"id": "%s"}, {"role": "user", "content": "On"}]}"""
                    .formatted(type, first.at("/output/0/id").asText())).ok();
        }
        assertThat(prompt(1)).extracting(message -> message.path("content").asText()).containsExactly("One.", "On");
        assertThat(prompt(2)).isEqualTo(prompt(1));
    }
}
