package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static org.assertj.core.api.Assertions.assertThat;

/** Responses: a second encoding of runs. The witness holds each event and answer against OpenAI's document. */
@Timeout(180)
class ResponsesTest {
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

    private List<Event> stream(String json) {
        try (EventReader reader = server.stream("/responses", json)) {
            return reader.rest();
        }
    }

    private List<Event> attach(String id, long after) {
        try (EventReader reader = server.attach("/responses/" + id + "?stream=true"
                + (after < 0 ? "" : "&starting_after=" + after))) {
            return reader.rest();
        }
    }

    private static String id(List<Event> events) {
        return events.getFirst().json().at("/response/id").asText();
    }

    private static JsonNode last(List<Event> events) {
        assertThat(events.getLast().data()).isEqualTo("[DONE]");
        return events.get(events.size() - 2).json().path("response");
    }

    private JsonNode prompt(int call) {
        return server.models().requests().get(call).json().path("messages");
    }

    @Test
    void aStreamedResponseIsReadAgainFromAnyEvent() {
        server.models().enqueue(Script.chat("a", "b", "c"));
        List<Event> all = stream("""
                {"model": "m", "input": "Hi", "stream": true, "instructions": "Be brief."}""");

        assertThat(names(all)).containsExactly(
                "response.created", "response.in_progress", "response.output_item.added",
                "response.content_part.added", "response.output_text.delta", "response.output_text.delta",
                "response.output_text.delta", "response.output_text.done", "response.content_part.done",
                "response.output_item.done", "response.completed", "null");
        List<Event> events = all.subList(0, all.size() - 1);
        assertThat(events).extracting(event -> event.json().path("sequence_number").asLong())
                .containsExactlyElementsOf(LongStream.range(0, events.size()).boxed().toList());
        assertThat(events).allMatch(event -> event.json().path("type").asText().equals(event.name()));
        for (int after = -1; after < events.size(); after++) {
            assertThat(attach(id(all), after)).as("after %d", after).isEqualTo(all.subList(after + 1, all.size()));
        }
        assertThat(server.get("/responses/" + id(all)).ok()).isEqualTo(last(all));
        assertThat(last(all).at("/output/0/content/0/text").asText()).isEqualTo("abc");
        assertThat(prompt(0).toString()).contains("Be brief.", "Hi");
    }

    @Test
    void aReaderThatComesInTheMiddleSeesThePastAndThenWhatComes() {
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("a").gate(gate).text("b").end("stop"));
        try (EventReader first = server.stream("/responses", """
                {"model": "m", "input": "Hi", "stream": true}""")) {
            List<Event> begun = first.until("response.output_text.delta");
            try (EventReader second = server.attach(
                    "/responses/" + id(begun) + "?stream=true&starting_after=1")) {
                assertThat(second.until("response.output_text.delta")).isEqualTo(begun.subList(2, begun.size()));
                gate.open();
                assertThat(second.rest()).isEqualTo(first.rest()).hasSizeGreaterThan(4);
            }
        }
    }

    @Test
    void aWholeResponseHasEveryMember() {
        server.models().enqueue(Script.chat("Hello"));
        JsonNode response = server.post("/responses", """
                {"model": "m", "input": [{"role": "user", "content": [{"type": "input_text", "text": "Hi"}]}],
                 "temperature": 0.5, "max_output_tokens": 100, "metadata": {"a": "b"}}""").ok();

        assertThat(response.path("status").asText()).isEqualTo("completed");
        assertThat(response.path("temperature").asDouble()).isEqualTo(0.5);
        assertThat(response.path("max_output_tokens").asLong()).isEqualTo(100);
        assertThat(response.at("/metadata/a").asText()).isEqualTo("b");
        for (String member : List.of("temperature", "top_p", "presence_penalty", "frequency_penalty", "top_logprobs",
                "tool_choice", "truncation", "background", "service_tier", "tools", "store", "text", "usage", "output",
                "metadata", "parallel_tool_calls", "completed_at", "reasoning")) {
            assertThat(response.hasNonNull(member)).as(member).isTrue();
        }
        for (String member : List.of("previous_response_id", "instructions", "error", "incomplete_details",
                "max_tool_calls", "safety_identifier", "prompt_cache_key", "conversation")) {
            assertThat(response.has(member)).as(member).isTrue();
        }
        assertThat(response.at("/output/0/content/0/annotations").isArray()).isTrue();
        assertThat(response.at("/output/0/content/0/logprobs").isArray()).isTrue();
    }

    @Test
    void aFunctionCallEndsTheResponseAndItsOutputGoesToTheNext() {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city\": \"Rome\"}")), Script.chat("Sunny."));
        List<Event> called = stream("{\"model\": \"m\", \"input\": \"Weather?\", \"stream\": true, " + WEATHER + "}");

        assertThat(names(called)).contains("response.function_call_arguments.delta",
                "response.function_call_arguments.done", "response.completed");
        assertThat(last(called).at("/output/0/type").asText()).isEqualTo("function_call");
        assertThat(last(called).at("/output/0/status").asText()).isEqualTo("completed");
        JsonNode answered = server.post("/responses", """
                {"model": "m", "previous_response_id": "%s",
                 "input": [{"type": "function_call_output", "call_id": "call_1", "output": "sun"}]}"""
                .formatted(id(called))).ok();
        assertThat(answered.at("/output/0/content/0/text").asText()).isEqualTo("Sunny.");
        assertThat(prompt(1)).hasSize(3);
        assertThat(prompt(1).at("/1/tool_calls/0/function/name").asText()).isEqualTo("weather");
        assertThat(prompt(1).at("/2/content").asText()).isEqualTo("sun");
        assertThat(server.get("/responses/" + id(called)).ok()).isEqualTo(last(called));
    }

    @Test
    void twoResponsesMayGoOnFromTheSameOne() {
        server.models().enqueue(Script.chat("one"), Script.chat("two"), Script.chat("three"));
        String first = server.post("/responses", "{\"model\": \"m\", \"input\": \"1\"}").id();
        for (String input : List.of("2", "3")) {
            server.post("/responses", """
                    {"model": "m", "input": "%s", "previous_response_id": "%s"}""".formatted(input, first)).ok();
        }
        assertThat(prompt(2)).hasSize(3);
        assertThat(prompt(2).at("/1/content").asText()).isEqualTo("one");
        assertThat(prompt(2).at("/2/content").asText()).isEqualTo("3");
        List<Integer> runs = new ArrayList<>();
        server.get("/threads").ok().path("data").forEach(thread -> runs.add(
                server.get("/threads/" + thread.path("id").asText() + "/runs").ok().path("data").size()));
        assertThat(runs).containsExactlyInAnyOrder(2, 1);
    }

    @Test
    void aRunIsAResponseAndAResponseARun() {
        server.models().enqueue(Script.chat("Hello"), Script.chat("again"));
        List<Event> run = server.run();
        String path = TestServer.runPath(run);
        String id = path.replaceAll(".*/run_", "resp_");
        JsonNode response = server.get("/responses/" + id).ok();
        assertThat(response.path("status").asText()).isEqualTo("completed");
        assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("Hello");
        assertThat(last(attach(id, -1))).isEqualTo(response);

        JsonNode next = server.post("/responses", """
                {"model": "m", "input": "More", "previous_response_id": "%s"}""".formatted(id)).ok();
        String threadPath = path.replaceAll("/runs/.*", "");
        JsonNode seen = server.get(threadPath + "/runs/" + next.path("id").asText().replace("resp_", "run_")).ok();
        assertThat(seen.path("status").asText()).isEqualTo("completed");
        assertThat(server.get(threadPath + "/messages?order=asc").ok().path("data")).hasSize(4);
        assertThat(prompt(1)).hasSize(3);
    }

    @Test
    void whatAModelReasonsIsAnItem() {
        server.models().enqueue(Script.reasoning(List.of("Let me", " think"), "Done"));
        List<Event> all = stream("{\"model\": \"m\", \"input\": \"Hi\", \"stream\": true}");

        assertThat(names(all)).containsSubsequence("response.output_item.added", "response.reasoning_text.delta",
                "response.reasoning_text.delta", "response.reasoning_text.done", "response.output_item.done",
                "response.output_text.delta", "response.completed");
        assertThat(last(all).at("/output/0/content/0/text").asText()).isEqualTo("Let me think");
        assertThat(last(all).at("/output/1/content/0/text").asText()).isEqualTo("Done");
        assertThat(attach(id(all), 3)).isEqualTo(all.subList(4, all.size()));
        assertThat(server.get("/responses/" + id(all)).ok()).isEqualTo(last(all));
    }
}
