package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Script;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Members of tool calls that the protocol does not have: sent back to the model server, and shown to nobody. */
@Timeout(180)
class ToolCallExtrasTest {
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

    /** Two calls at once as Gemini sends them, of which the first is signed. */
    private static Script signed(String signature) {
        return Script.sse()
                .data("""
                        {"choices":[{"index":0,"delta":{"tool_calls":[{"id":"a","type":"function",\
                        "extra_content":{"google":{"thought_signature":"%s"}},\
                        "function":{"name":"weather","arguments":"{}"}}]}}]}""".formatted(signature))
                .data("""
                        {"choices":[{"index":0,"delta":{"tool_calls":[{"id":"b","type":"function",\
                        "function":{"name":"weather","arguments":"{}"}}]},"finish_reason":"stop"}]}""")
                .done();
    }

    private List<Event> submit(String run) {
        try (EventReader reader = server.stream(run + "/submit_tool_outputs", """
                {"tool_outputs": [{"tool_call_id": "a", "output": "rain"}, {"tool_call_id": "b", "output": "sun"}],
                 "stream": true}""")) {
            return reader.rest();
        }
    }

    private String signatures(int call) throws InterruptedException {
        JsonNode messages = server.models().awaitRequest(call, TestServer.PATIENCE).json().path("messages");
        StringBuilder found = new StringBuilder();
        for (JsonNode toolCall : messages.findValues("tool_calls").stream().flatMap(JsonNode::valueStream).toList()) {
            found.append(toolCall.path("id").asText()).append(':')
                    .append(toolCall.at("/extra_content/google/thought_signature").asText()).append(' ');
        }
        return found.toString().strip();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void signaturesOfAllRoundsAreSentBackAfterARestartToo(boolean restart) throws InterruptedException {
        server.models().enqueue(signed("one"));
        List<Event> first;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            first = reader.rest();
        }
        String run = TestServer.runPath(first);
        if (restart) {
            server.restart();
        }
        server.models().enqueue(signed("two"));
        List<Event> second = submit(run);
        if (restart) {
            server.restart();
        }
        List<Event> third = submit(run);

        assertThat(signatures(1)).isEqualTo("a:one b:");
        assertThat(signatures(2)).isEqualTo("a:one b: a:two b:");
        assertThat(first.toString() + second + third + server.get(run + "/steps").body())
                .doesNotContain("extra_content");
    }
}
