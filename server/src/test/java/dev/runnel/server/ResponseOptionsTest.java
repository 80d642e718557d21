package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.tool.ToolResult;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.IGNORE_UNSUPPORTED_TOOLS;
import static org.assertj.core.api.Assertions.assertThat;

/** The options of responses: what they do, and that each is shown as it was given. */
@Timeout(120)
class ResponseOptionsTest {
    private static final String TWO = """
            "tools": [{"type": "function", "name": "weather", "parameters": {"type": "object"}, "strict": false, "description": null},
                      {"type": "function", "name": "time", "parameters": {"type": "object"}, "strict": false, "description": null}]""";

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // set in each test
    private TestServer server;

    private void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode asked(int call) throws InterruptedException {
        return server.models().awaitRequest(call, TestServer.PATIENCE).json();
    }

    @Test
    void callsBeyondTheLimitAreNotCarriedOutAndTheModelIsOfferedNoMore() throws InterruptedException {
        List<String> executed = new ArrayList<>();
        server = TestServer.startWithTools(
                folder, options -> options.with(IGNORE_UNSUPPORTED_TOOLS, true),
                ScriptedTool.python((call, context) -> {
                    executed.add(call.arguments());
                    return ToolResult.of("done " + call.arguments());
                }));
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "python", "1")),
                Script.toolCalls(ToolCall.of("call_2", "python", "2"), ToolCall.of("call_3", "python", "3")),
                Script.chat("Enough"));
        JsonNode response = server.post("/responses", """
                {"model": "m", "input": "Go", "max_tool_calls": 2,
                 "tools": [{"type": "code_interpreter", "container": {"type": "auto"}},
                           {"type": "function", "name": "weather", "parameters": {"type": "object"}}]}""").ok();

        assertThat(executed).containsExactly("1", "2");
        assertThat(response.path("max_tool_calls").asInt()).isEqualTo(2);
        assertThat(response.path("output")).extracting(item -> item.path("type").asText())
                .containsExactly("code_interpreter_call", "code_interpreter_call", "code_interpreter_call", "message");
        assertThat(functions(1)).containsExactly("python", "weather");
        assertThat(functions(2)).containsExactly("weather");
        JsonNode messages = asked(2).path("messages");
        assertThat(messages.get(messages.size() - 2).path("content").asText()).isEqualTo("done 2");
        assertThat(messages.get(messages.size() - 1).path("content").asText()).contains("limit of tool calls");
    }

    private List<String> functions(int call) throws InterruptedException {
        List<String> names = new ArrayList<>();
        asked(call).path("tools").forEach(tool -> names.add(tool.at("/function/name").asText()));
        return names;
    }

    @Test
    void onlyAllowedToolsAreSentAndAllAreShown() throws InterruptedException {
        start();
        server.models().enqueue(Script.chat("Sunny"));
        JsonNode response = server.post("/responses", """
                {"model": "m", "input": "Weather?", %s, "tool_choice": {"type": "allowed_tools", "mode": "required",
                 "tools": [{"type": "function", "name": "weather"}]}}""".formatted(TWO)).ok();

        assertThat(functions(0)).containsExactly("weather");
        assertThat(asked(0).path("tool_choice").asText()).isEqualTo("required");
        assertThat(response.path("tools")).extracting(tool -> tool.path("name").asText())
                .containsExactly("weather", "time");
        assertThat(response.at("/tool_choice/type").asText()).isEqualTo("allowed_tools");
        assertThat(response.at("/tool_choice/mode").asText()).isEqualTo("required");
        assertThat(response.at("/tool_choice/tools/0/name").asText()).isEqualTo("weather");
        Answer refused = server.post("/responses", """
                {"model": "m", "input": "Weather?", %s, "tool_choice": {"type": "allowed_tools", "mode": "auto",
                 "tools": [{"type": "function", "name": "tides"}]}}""".formatted(TWO));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error().path("param").asText()).isEqualTo("tool_choice.tools");
    }

    @Test
    void aResponseShowsTheConversationThatItsRequestNamed() {
        start();
        server.models().enqueue(Script.chat("a"), Script.chat("b"), Script.chat("c"), Script.chat("d"));
        JsonNode alone = server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\"}").ok();
        assertThat(alone.get("conversation").isNull()).isTrue();
        JsonNode next = server.post("/responses", """
                {"model": "m", "input": "Hi", "previous_response_id": "%s"}""".formatted(alone.path("id").asText()))
                .ok();
        assertThat(next.get("conversation").isNull()).isTrue();

        String conversation = server.post("/conversations", "{}").id();
        for (String named : List.of("\"" + conversation + "\"", "{\"id\": \"" + conversation + "\"}")) {
            JsonNode response = server.post("/responses", """
                    {"model": "m", "input": "Hi", "conversation": %s}""".formatted(named)).ok();
            assertThat(response.at("/conversation/id").asText()).isEqualTo(conversation);
            assertThat(server.get("/responses/" + response.path("id").asText()).ok()).isEqualTo(response);
        }
    }

    @Test
    void everyOptionIsShownAsItWasGiven() {
        start();
        server.models().enqueue(Script.chat("{}"));
        String given = """
                {"instructions": "Be brief.", "background": false, "store": true, "max_tool_calls": 3,
                 "max_output_tokens": 100, "temperature": 0.5, "top_p": 0.25, "top_logprobs": 2, "truncation": "auto",
                 "parallel_tool_calls": false, "service_tier": "flex", "user": "u", "safety_identifier": "s",
                 "prompt_cache_key": "k", "metadata": {"a": "b"},
                 "reasoning": {"effort": "low", "summary": "auto"},
                 "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}},
                          "verbosity": "low"},
                 "tool_choice": {"type": "function", "name": "weather"}, %s}""".formatted(TWO);
        JsonNode response = server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\"," + given.substring(1))
                .ok();
        Answer.tree(given).properties().forEach(
                field -> assertThat(response.get(field.getKey())).as(field.getKey()).isEqualTo(field.getValue()));
    }
}
