package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import static dev.runnel.server.EventReader.only;
import static org.assertj.core.api.Assertions.assertThat;

/** Which events a run sends, in which order, and that each snapshot is what REST shows. */
@Timeout(180)
class EventOrderTest {
    private static final List<String> QUEUED_TO_MESSAGE = List.of(
            "thread.run.created", "thread.run.queued", "thread.run.in_progress",
            "thread.run.step.created", "thread.run.step.in_progress",
            "thread.message.created", "thread.message.in_progress");
    private static final List<String> MESSAGE_TO_DONE = List.of(
            "thread.message.completed", "thread.run.step.completed", "thread.run.completed", "done");

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

    private static List<Long> numbers(List<Event> events) {
        return events.stream().filter(event -> event.id() != null).map(Event::seq).toList();
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private static String first(JsonNode run, String... fields) {
        StringBuilder values = new StringBuilder();
        for (String field : fields) {
            values.append(run.path(field)).append(' ');
        }
        return values.toString().strip();
    }

    @Test
    void plainTextGoesFromCreatedToCompletedAndIsNumberedWithoutGaps() {
        server.models().enqueue(Script.chatWithUsage(11, 3, "Hel", "lo", " you"));
        List<Event> events = server.run();

        assertThat(names(events).subList(0, 7)).isEqualTo(QUEUED_TO_MESSAGE);
        assertThat(names(events).subList(7, 10)).containsOnly("thread.message.delta");
        assertThat(names(events).subList(10, 14)).isEqualTo(MESSAGE_TO_DONE);
        assertThat(events).hasSize(14);
        assertThat(numbers(events)).isEqualTo(upTo(13));
        assertThat(events.getLast().id()).isNull();
        assertThat(events.getLast().data()).isEqualTo("[DONE]");
    }

    @Test
    void aRunsSnapshotsTellWhereItIs() {
        server.models().enqueue(Script.chatWithUsage(11, 3, "Hello"));
        List<Event> events = server.run();
        JsonNode created = only(events, "thread.run.created").json();
        JsonNode started = only(events, "thread.run.in_progress").json();
        JsonNode completed = only(events, "thread.run.completed").json();

        assertThat(first(created, "status", "started_at", "completed_at", "usage"))
                .isEqualTo("\"queued\" null null null");
        assertThat(created.path("expires_at").asLong()).isEqualTo(created.path("created_at").asLong() + 600);
        assertThat(only(events, "thread.run.queued").data()).isEqualTo(only(events, "thread.run.created").data());
        assertThat(started.path("status").asText()).isEqualTo("in_progress");
        assertThat(started.path("started_at").asLong()).isBetween(created.path("created_at").asLong(),
                created.path("created_at").asLong() + 5);
        assertThat(started.path("expires_at")).isEqualTo(created.path("expires_at"));
        assertThat(first(completed, "status", "expires_at", "required_action", "last_error", "incomplete_details"))
                .isEqualTo("\"completed\" null null null null");
        assertThat(completed.path("completed_at").isIntegralNumber()).isTrue();
        assertThat(completed.path("usage").toString()).isEqualTo("""
                {"prompt_tokens":11,"completion_tokens":3,"total_tokens":14,\
                "prompt_token_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}""");
        assertThat(only(events, "thread.run.step.completed").json().path("usage")).isEqualTo(completed.path("usage"));
    }

    @Test
    void aRunHasEveryFieldOfTheProtocolAndNoOther() {
        JsonNode created = only(server.run(), "thread.run.created").json();

        assertThat(created.fieldNames()).toIterable().containsExactlyInAnyOrder(
                "id", "object", "created_at", "assistant_id", "thread_id", "status", "started_at", "expires_at",
                "cancelled_at", "failed_at", "completed_at", "required_action", "last_error", "model", "instructions",
                "tools", "tool_resources", "metadata", "temperature", "top_p", "reasoning_effort",
                "max_completion_tokens", "max_prompt_tokens", "truncation_strategy", "incomplete_details", "usage",
                "response_format", "tool_choice", "parallel_tool_calls");
        assertThat(first(created, "object", "instructions", "truncation_strategy", "response_format", "tool_choice",
                "tools", "metadata"))
                .isEqualTo("\"thread.run\" \"\" {\"type\":\"auto\",\"last_messages\":null} \"auto\" \"auto\" [] {}");
    }

    @Test
    void messageAndStepOpenEmptyTwiceAndNameEachOther() {
        List<Event> events = server.run();
        JsonNode step = only(events, "thread.run.step.created").json();
        JsonNode message = only(events, "thread.message.created").json();

        assertThat(only(events, "thread.run.step.in_progress").json()).isEqualTo(step);
        assertThat(only(events, "thread.message.in_progress").json()).isEqualTo(message);
        assertThat(step.at("/step_details/message_creation/message_id")).isEqualTo(message.path("id"));
        assertThat(first(step, "object", "type", "status", "usage", "last_error", "metadata"))
                .isEqualTo("\"thread.run.step\" \"message_creation\" \"in_progress\" null null {}");
        assertThat(first(message, "object", "role", "status", "content", "attachments", "completed_at", "metadata"))
                .isEqualTo("\"thread.message\" \"assistant\" \"in_progress\" [] [] null {}");
        assertThat(message.path("run_id")).isEqualTo(step.path("run_id"));
        assertThat(message.path("assistant_id")).isEqualTo(step.path("assistant_id"));
    }

    @Test
    void theFirstTextDeltaHasAnnotationsAndTheOthersHaveNot() {
        server.models().enqueue(Script.chat("Hel", "l\"ö\n"));
        List<Event> events = server.run();
        String id = only(events, "thread.message.created").json().path("id").asText();
        List<String> deltas = events.stream().filter(event -> event.name().equals("thread.message.delta"))
                .map(Event::data).toList();

        String envelope = "{\"id\":\"" + id + "\",\"object\":\"thread.message.delta\",\"delta\":{\"content\":[";
        assertThat(deltas).containsExactly(
                envelope + "{\"index\":0,\"type\":\"text\",\"text\":{\"value\":\"Hel\",\"annotations\":[]}}]}}",
                envelope + "{\"index\":0,\"type\":\"text\",\"text\":{\"value\":\"l\\\"ö\\n\"}}]}}");
        assertThat(only(events, "thread.message.completed").json().path("content").toString())
                .isEqualTo("[{\"type\":\"text\",\"text\":{\"value\":\"Hell\\\"ö\\n\",\"annotations\":[]}}]");
    }

    @Test
    void aCharacterThatTheModelCutsInTwoIsWholeAgainInTheMessage() {
        server.models().enqueue(Script.sse()
                .data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\\ud83d\"}}]}")
                .data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\ude00\"},\"finish_reason\":\"stop\"}]}")
                .done());
        List<Event> events = server.run();

        assertThat(EventReader.text(events)).isEqualTo("a😀");
        assertThat(only(events, "thread.message.completed").json().at("/content/0/text/value").asText())
                .isEqualTo("a😀");
    }

    @Test
    void aRefusalIsAPartOfItsOwnKind() {
        server.models().enqueue(Script.refusal("I can", "not"));
        List<Event> events = server.run();

        assertThat(events.stream().filter(event -> event.name().equals("thread.message.delta"))
                .map(event -> event.json().at("/delta/content/0").toString()))
                .containsExactly(
                        "{\"index\":0,\"type\":\"refusal\",\"refusal\":\"I can\"}",
                        "{\"index\":0,\"type\":\"refusal\",\"refusal\":\"not\"}");
        assertThat(only(events, "thread.message.completed").json().path("content").toString())
                .isEqualTo("[{\"type\":\"refusal\",\"refusal\":\"I cannot\"}]");
    }

    @Test
    void whatAModelThinksIsNoPartOfTheMessage() {
        server.models().enqueue(Script.reasoning(List.of("hmm", "…"), "Hello"));
        List<Event> events = server.run();

        assertThat(EventReader.text(events)).isEqualTo("Hello");
        assertThat(events.toString()).doesNotContain("hmm");
    }

    @Test
    void aRunWithItsThreadBeginsWithTheThread() {
        try (EventReader reader = server.stream("/threads/runs", """
                {"assistant_id": "%s", "stream": true, "thread": {
                  "messages": [{"role": "user", "content": "Hi"}], "metadata": {"a": "b"}}}"""
                .formatted(server.newAssistant()))) {
            List<Event> events = reader.rest();

            assertThat(names(events)).first().isEqualTo("thread.created");
            assertThat(names(events).subList(1, 8)).isEqualTo(QUEUED_TO_MESSAGE);
            assertThat(numbers(events)).isEqualTo(upTo(events.size() - 1L));
            JsonNode thread = events.getFirst().json();
            assertThat(thread.path("id")).isEqualTo(only(events, "thread.run.created").json().path("thread_id"));
            assertThat(server.get("/threads/" + thread.path("id").asText()).ok()).isEqualTo(thread);
            assertThat(thread.path("metadata").toString()).isEqualTo("{\"a\":\"b\"}");
        }
    }

    @Test
    void aRunWithItsThreadNeedsNoThreadInTheRequest() {
        try (EventReader reader = server.stream(
                "/threads/runs", "{\"assistant_id\": \"" + server.newAssistant() + "\", \"stream\": true}")) {
            assertThat(names(reader.rest())).startsWith("thread.created").endsWith("thread.run.completed", "done");
        }
    }

    @Test
    void everySnapshotAtTheEndIsWhatRestShows() {
        List<Event> events = server.run();
        String run = TestServer.runPath(events);
        JsonNode completed = only(events, "thread.run.completed").json();
        JsonNode message = only(events, "thread.message.completed").json();
        JsonNode step = only(events, "thread.run.step.completed").json();
        String thread = "/threads/" + completed.path("thread_id").asText();

        assertThat(server.get(run).ok()).isEqualTo(completed);
        assertThat(server.get(thread + "/runs").ok().at("/data/0")).isEqualTo(completed);
        assertThat(server.get(thread + "/messages/" + message.path("id").asText()).ok()).isEqualTo(message);
        assertThat(server.get(thread + "/messages").ok().at("/data/0")).isEqualTo(message);
        assertThat(server.get(run + "/steps/" + step.path("id").asText()).ok()).isEqualTo(step);
        assertThat(server.get(run + "/steps").ok().at("/data/0")).isEqualTo(step);
    }

    @Test
    void everySnapshotOnTheWayIsWhatRestShowsAtThatInstant() {
        Gate silent = new Gate();
        Gate half = new Gate();
        server.models().enqueue(Script.reply().gate(silent).text("Hel").gate(half).text("lo").end("stop"));
        try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
            List<Event> events = new ArrayList<>(reader.until("thread.run.in_progress"));
            String run = TestServer.runPath(events);
            JsonNode started = events.getLast().json();
            assertThat(server.get(run).ok()).isEqualTo(started);
            assertThat(server.get(run + "/steps").ids()).isEmpty();

            silent.open();
            events.addAll(reader.until("thread.message.delta"));
            ObjectNode message = (ObjectNode) only(events, "thread.message.in_progress").json();
            message.set("content", Answer.tree("""
                    [{"type": "text", "text": {"value": "Hel", "annotations": []}}]"""));
            String thread = run.substring(0, run.indexOf("/runs/"));
            assertThat(server.get(run).ok()).isEqualTo(started);
            assertThat(server.get(run + "/steps").ok().at("/data/0"))
                    .isEqualTo(only(events, "thread.run.step.in_progress").json());
            assertThat(server.get(thread + "/messages").ok().at("/data/0")).isEqualTo(message);

            half.open();
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
    }

    @Test
    void textAndCallsInOneReplyAreTwoStepsOneAfterTheOther() {
        server.models().enqueue(Script.textThenToolCalls("Let me see.", ToolCall.of("call_1", "weather", "{}")));
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            List<Event> events = reader.rest();

            assertThat(names(events).subList(0, 7)).isEqualTo(QUEUED_TO_MESSAGE);
            assertThat(names(events).subList(7, names(events).size())).containsExactly(
                    "thread.message.delta", "thread.message.completed", "thread.run.step.completed",
                    "thread.run.step.created", "thread.run.step.in_progress",
                    "thread.run.step.delta", "thread.run.step.delta", "thread.run.requires_action", "done");
        }
    }

    @Test
    void noEventButAnErrorHasAnErrorMemberAtItsTop() {
        for (Event event : server.run()) {
            if (!event.name().equals("done")) {
                assertThat(((ObjectNode) event.json()).has("error")).as(event.data()).isFalse();
            }
        }
    }

    @Test
    void theModelIsAskedWithInstructionsThreadAndOptions() throws InterruptedException {
        String assistant = server.newAssistant("""
                {"model": "m", "instructions": "Be kind.", "temperature": 0}""");
        String thread = server.post("/threads", """
                {"messages": [{"role": "user", "content": "One"}, {"role": "assistant", "content": "Two"}]}""").id();
        try (EventReader reader = server.stream("/threads/" + thread + "/runs", """
                {"assistant_id": "%s", "stream": true, "model": "other", "top_p": 0.5, "max_completion_tokens": 99,
                 "additional_instructions": "And brief.", "additional_messages": [{"role": "user", "content": [
                   {"type": "text", "text": "Three"}]}]}""".formatted(assistant))) {
            JsonNode run = only(reader.rest(), "thread.run.completed").json();
            JsonNode asked = server.models().awaitRequest(0, TestServer.PATIENCE).json();

            assertThat(asked.path("model").asText()).isEqualTo("other");
            assertThat(asked.path("stream").asBoolean()).isTrue();
            assertThat(asked.path("messages").toString()).isEqualTo("""
                    [{"role":"system","content":"Be kind.\\nAnd brief."},{"role":"user","content":"One"},\
                    {"role":"assistant","content":"Two"},{"role":"user","content":"Three"}]""");
            assertThat(asked.path("temperature").asDouble(-1)).isEqualTo(0);
            assertThat(asked.path("top_p").asDouble()).isEqualTo(0.5);
            assertThat(asked.path("max_tokens").asInt()).isEqualTo(99);
            assertThat(run.path("instructions").asText()).isEqualTo("Be kind.\nAnd brief.");
            assertThat(run.path("model").asText()).isEqualTo("other");
            assertThat(server.get("/threads/" + thread + "/messages?order=asc").column("role"))
                    .containsExactly("user", "assistant", "user", "assistant");
        }
    }

    @Test
    void onlyTheLastMessagesAreSentIfTheRunSaysSo() throws InterruptedException {
        String thread = server.post("/threads", """
                {"messages": [{"role": "user", "content": "One"}, {"role": "user", "content": "Two"}]}""").id();
        try (EventReader reader = server.stream("/threads/" + thread + "/runs", """
                {"assistant_id": "%s", "stream": true,
                 "truncation_strategy": {"type": "last_messages", "last_messages": 1}}"""
                .formatted(server.newAssistant()))) {
            reader.rest();
        }
        assertThat(server.models().awaitRequest(0, TestServer.PATIENCE).json().path("messages").toString())
                .isEqualTo("[{\"role\":\"user\",\"content\":\"Two\"}]");
    }
}
