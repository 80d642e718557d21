package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static org.assertj.core.api.Assertions.assertThat;

/** The built-in model, as a newcomer meets it. */
@Timeout(180)
class DemoModelTest {
    @TempDir
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.startDemo(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private List<Event> run(String assistant, String prompt, String more) {
        String thread = server.post("/threads",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"" + prompt + "\"}]}").id();
        try (EventReader reader = server.stream("/threads/" + thread + "/runs",
                "{\"assistant_id\": \"" + assistant + "\", \"stream\": true" + more + "}")) {
            return reader.rest();
        }
    }

    @Test
    void itTellsAStoryInManyPieces() {
        List<Event> events = run(server.newAssistant(), "Tell me a very short story.", "");

        assertThat(names(events)).endsWith("thread.run.completed", "done");
        assertThat(EventReader.text(events)).hasSizeGreaterThan(100).matches("(?s).*[.!?”\"]\\s*");
        assertThat(names(events).stream().filter("thread.message.delta"::equals).count()).isGreaterThan(20);
        assertThat(only(events, "thread.run.completed").json().at("/usage/completion_tokens").asInt())
                .isGreaterThan(20);
    }

    @Test
    void itStopsAtTheTokenLimit() {
        List<Event> events = run(server.newAssistant(), "Tell me a story.", ", \"max_completion_tokens\": 16");

        assertThat(names(events)).endsWith("thread.run.incomplete", "done");
        assertThat(names(events).stream().filter("thread.message.delta"::equals)).hasSize(16);
    }

    @Test
    void theSameQuestionGetsTheSameAnswer() {
        String limit = ", \"max_completion_tokens\": 20";
        String assistant = server.newAssistant();
        String once = EventReader.text(run(assistant, "Tell me of a fox.", limit));

        assertThat(EventReader.text(run(assistant, "Tell me of a fox.", limit))).isEqualTo(once);
        assertThat(EventReader.text(run(assistant, "Tell me of a lighthouse.", limit))).isNotEqualTo(once);
    }

    @Test
    void itCallsAToolThatIsAskedForAndSpeaksOfItsAnswer() {
        String assistant = server.newAssistant("""
                {"model": "demo", "tools": [{"type": "function", "function": {"name": "get_weather",
                 "description": "The weather in a city", "parameters": {"type": "object",
                 "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]}""");
        List<Event> events = run(assistant, "What is the weather in Paris?", "");
        JsonNode call = only(events, "thread.run.requires_action").json()
                .at("/required_action/submit_tool_outputs/tool_calls/0");
        assertThat(call.at("/function/name").asText()).isEqualTo("get_weather");
        assertThat(Answer.tree(call.at("/function/arguments").asText()).path("city").asText()).isEqualTo("Paris");

        try (EventReader reader = server.stream(TestServer.runPath(events) + "/submit_tool_outputs", """
                {"stream": true, "tool_outputs": [{"tool_call_id": "%s", "output": "hailstones"}]}"""
                .formatted(call.path("id").asText()))) {
            List<Event> second = reader.rest();
            assertThat(names(second)).endsWith("thread.run.completed", "done");
            assertThat(EventReader.text(second)).contains("hailstones");
        }
    }

    @Test
    void itServesChatCompletionsAndIsListed() {
        Answer answer = server.post("/chat/completions", """
                {"model": "any", "max_tokens": 5, "messages": [{"role": "user", "content": "Tell me a story."}]}""");

        assertThat(answer.ok().at("/choices/0/message/content").asText()).isNotBlank();
        assertThat(answer.ok().at("/choices/0/finish_reason").asText()).isEqualTo("length");
        assertThat(answer.ok().at("/usage/completion_tokens").asInt()).isEqualTo(5);
        assertThat(server.get("/models").ids()).containsExactly("demo");
    }

    @Test
    void itRefusesAMessageThatSaysNotWhoseItIs() {
        Answer answer = server.post("/chat/completions", """
                {"model": "m", "messages": [{"role": "user", "content": "Hi"}, {"content": "Hi"}]}""");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("param").asText()).isEqualTo("messages[1].role");
    }
}
