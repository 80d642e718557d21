package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
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

/**
 * The scenarios of the Open Responses compliance suite, written anew from its description. Each answer must have every member, and
 * null only where the specification allows it. Its events are checked by the witness, and here for what the suite's schemas demand beyond
 * OpenAI's document.
 */
@Timeout(120)
class OpenResponsesTest {
    /** The members that must be there and not null. */
    private static final List<String> NEVER_NULL = List.of(
            "id", "object", "created_at", "status", "model", "output", "tools", "tool_choice", "truncation",
            "parallel_tool_calls", "text", "top_p", "presence_penalty", "frequency_penalty", "top_logprobs",
            "temperature", "store", "background", "service_tier", "metadata");

    /** The members that must be there, and may be null. */
    private static final List<String> NULLABLE = List.of(
            "completed_at", "incomplete_details", "previous_response_id", "instructions", "error", "reasoning", "usage",
            "max_output_tokens", "max_tool_calls", "safety_identifier", "prompt_cache_key");

    private static final String DOT = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
            + "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static final String WEATHER = """
            "tools": [{"type": "function", "name": "get_weather", "description": "The weather of a place",
             "parameters": {"type": "object", "properties": {"location": {"type": "string"}}, "required": ["location"]}}]""";

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

    private JsonNode respond(String rest) {
        JsonNode response = server.post("/responses", "{\"model\": \"m\", " + rest + "}").ok();
        assertWhole(response);
        assertThat(response.path("status").asText()).isEqualTo("completed");
        return response;
    }

    private static void assertWhole(JsonNode response) {
        for (String member : NEVER_NULL) {
            assertThat(response.hasNonNull(member)).as("%s of %s", member, response).isTrue();
        }
        for (String member : NULLABLE) {
            assertThat(response.has(member)).as("%s of %s", member, response).isTrue();
        }
        assertThat(response.path("object").asText()).isEqualTo("response");
        response.path("output").forEach(OpenResponsesTest::assertItem);
        JsonNode usage = response.path("usage");
        if (!usage.isNull()) {
            for (String member : List.of("input_tokens", "output_tokens", "total_tokens")) {
                assertThat(usage.path(member).isIntegralNumber()).as("usage.%s", member).isTrue();
            }
            assertThat(usage.at("/input_tokens_details/cached_tokens").isIntegralNumber()).isTrue();
            assertThat(usage.at("/output_tokens_details/reasoning_tokens").isIntegralNumber()).isTrue();
        }
        response.path("tools").forEach(tool -> {
            for (String member : List.of("type", "name", "description", "parameters", "strict")) {
                assertThat(tool.has(member)).as("%s of %s", member, tool).isTrue();
            }
        });
    }

    private static void assertItem(JsonNode item) {
        assertThat(item.path("id").asText()).as("id of %s", item).isNotEmpty();
        assertThat(item.path("status").asText()).as("status of %s", item)
                .isIn("in_progress", "completed", "incomplete");
        switch (item.path("type").asText()) {
            case "message" -> {
                assertThat(item.path("role").asText()).isEqualTo("assistant");
                item.path("content").forEach(OpenResponsesTest::assertPart);
            }
            case "function_call" -> assertThat(List.of(
                    item.path("call_id").isTextual(), item.path("name").isTextual(),
                    item.path("arguments").isTextual())).containsOnly(true);
            default -> throw new AssertionError("unexpected item: " + item);
        }
    }

    private static void assertPart(JsonNode part) {
        assertThat(part.path("type").asText()).isEqualTo("output_text");
        assertThat(part.path("text").isTextual()).isTrue();
        assertThat(part.path("annotations").isArray()).isTrue();
        assertThat(part.path("logprobs").isArray()).isTrue();
    }

    private static String text(JsonNode response) {
        return response.path("output").get(response.path("output").size() - 1).at("/content/0/text").asText();
    }

    private JsonNode asked(int call) throws InterruptedException {
        return server.models().awaitRequest(call, TestServer.PATIENCE).json().path("messages");
    }

    private JsonNode stream(String rest) {
        List<Event> events;
        try (EventReader reader = server.stream("/responses", "{\"model\": \"m\", \"stream\": true, " + rest + "}")) {
            events = reader.rest();
        }
        assertThat(events.getLast().data()).isEqualTo("[DONE]");
        for (int i = 0; i < events.size() - 1; i++) {
            JsonNode event = events.get(i).json();
            assertThat(event.path("sequence_number").asInt()).isEqualTo(i);
            assertThat(event.path("type").asText()).isEqualTo(events.get(i).name());
            if (event.has("response")) {
                assertWhole(event.path("response"));
            }
            if (event.has("item")) {
                assertItem(event.path("item"));
            }
            if (event.has("part")) {
                assertPart(event.path("part"));
            }
        }
        JsonNode last = events.get(events.size() - 2).json();
        assertThat(last.path("type").asText()).isEqualTo("response.completed");
        return last.path("response");
    }

    @Test
    void basicResponse() {
        server.models().enqueue(Script.chat("Hello there, friend!"));
        assertThat(text(respond("""
                "input": [{"type": "message", "role": "user", "content": "Say hello in exactly 3 words."}]""")))
                .isEqualTo("Hello there, friend!");
    }

    @Test
    void streamingResponse() {
        server.models().enqueue(Script.chat("1", ", 2", ", 3"));
        assertThat(text(stream("\"input\": \"Count from 1 to 3.\""))).isEqualTo("1, 2, 3");
    }

    @Test
    void systemPrompt() throws InterruptedException {
        server.models().enqueue(Script.chat("Ahoy!"));
        respond("""
                "input": [{"type": "message", "role": "system", "content": "You are a pirate."},
                          {"type": "message", "role": "user", "content": "Say hello."}]""");
        assertThat(asked(0)).extracting(message -> message.path("role").asText()).containsExactly("system", "user");
    }

    @Test
    void toolCallingAndItsRoundTrip() throws InterruptedException {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "get_weather", "{\"location\":\"San Francisco\"}")),
                Script.toolCalls(ToolCall.of("call_2", "get_weather", "{\"location\":", "\"Rome\"}")),
                Script.chat("Sunny."));
        JsonNode called = respond("\"input\": \"The weather in San Francisco?\", " + WEATHER);
        assertThat(called.at("/output/0/type").asText()).isEqualTo("function_call");
        assertThat(stream("\"input\": \"The weather in Rome?\", " + WEATHER).at("/output/0/arguments").asText())
                .isEqualTo("{\"location\":\"Rome\"}");
        JsonNode answered = respond("""
                "input": [{"type": "message", "role": "user", "content": "The weather in San Francisco?"},
                 {"type": "function_call", "call_id": "call_1", "name": "get_weather",
                  "arguments": "{\\"location\\":\\"San Francisco\\"}"},
                 {"type": "function_call_output", "call_id": "call_1", "output": "sunny"}], %s""".formatted(WEATHER));
        assertThat(text(answered)).isEqualTo("Sunny.");
        assertThat(asked(2)).extracting(message -> message.path("role").asText())
                .containsExactly("user", "assistant", "tool");
    }

    @Test
    void imageInput() throws InterruptedException {
        server.models().enqueue(Script.chat("A red dot."));
        respond("""
                "input": [{"type": "message", "role": "user", "content": [
                 {"type": "input_text", "text": "What do you see?"}, {"type": "input_image", "image_url": "%s"}]}]"""
                .formatted(DOT));
        assertThat(asked(0).at("/0/content/1/image_url/url").asText()).isEqualTo(DOT);
    }

    @Test
    void multiTurnConversation() throws InterruptedException {
        server.models().enqueue(Script.chat("Alice."));
        respond("""
                "input": [{"type": "message", "role": "user", "content": "My name is Alice."},
                 {"type": "message", "role": "assistant", "content": "Hello Alice!"},
                 {"type": "message", "role": "user", "content": "What is my name?"}]""");
        assertThat(asked(0)).extracting(message -> message.path("role").asText())
                .containsExactly("user", "assistant", "user");
    }

    @Test
    void previousResponse() throws InterruptedException {
        server.models().enqueue(Script.chat("Noted."), Script.chat("Alice."));
        String first = respond("\"input\": \"My name is Alice.\"").path("id").asText();
        JsonNode next = respond("\"input\": \"What is my name?\", \"previous_response_id\": \"" + first + "\"");
        assertThat(next.path("previous_response_id").asText()).isEqualTo(first);
        assertThat(asked(1)).hasSize(3);
    }

    @Test
    void fileInput() throws InterruptedException {
        server.models().enqueue(Script.chat("It says hello."));
        respond("""
                "input": [{"type": "message", "role": "user", "content": [
                 {"type": "input_file", "filename": "hello.txt", "file_data": "data:text/plain;base64,SGVsbG8sIHdvcmxkIQ=="},
                 {"type": "input_text", "text": "What does it say?"}]}]""");
        assertThat(asked(0).at("/0/content").asText()).contains("hello.txt", "Hello, world!");
    }
}
