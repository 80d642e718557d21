package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.backend.PostgresServer;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static org.assertj.core.api.Assertions.assertThat;

/** Nodes that share one PostgreSQL: any node takes any request. */
@Timeout(120)
class NodesTest extends SharedDatabase {
    private static final String WEATHER = """
            {"tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}]%s}""";

    @Test
    void aRunThatIsWrittenOnOneNodeIsStreamedFromAnotherAsItComes() {
        TestServer a = node();
        TestServer b = node();
        Gate gate = new Gate();
        a.models().enqueue(Script.sse().text("One ", "two ").gate(gate).text("three").end("stop"));
        String assistant = b.newAssistant();
        String thread = b.newThread();
        try (EventReader here = a.run(assistant, thread)) {
            List<Event> begun = here.until(event -> event.data().contains("\"value\":\"two \""));
            String run = TestServer.runPath(begun);
            try (EventReader there = b.attach(run + "?stream=true")) {
                assertThat(there.until(event -> event.data().contains("\"value\":\"two \""))).isEqualTo(begun);
                assertThatEachNodeTellsWhoHasIt(a, b, run);
                JsonNode message = b.get("/threads/" + thread + "/messages").ok().at("/data/0");
                assertThat(message.at("/content/0/text/value").asText()).isEqualTo("One two ");
                gate.open();
                List<Event> rest = here.rest();
                assertThat(there.rest()).isEqualTo(rest);
                assertThat(names(rest)).endsWith("thread.run.completed", "done");
            }
            assertThat(b.get(run).ok()).isEqualTo(a.get(run).ok());
        }
    }

    private static void assertThatEachNodeTellsWhoHasIt(TestServer owner, TestServer other, String run) {
        JsonNode ready = other.sendToRoot("GET", "/readyz", "").ok();
        String owners = owner.sendToRoot("GET", "/readyz", "").ok().path("node").asText();
        assertThat(ready.path("node").asText()).isNotEqualTo(owners);
        assertThat(ready.path("nodes")).hasSize(2).satisfiesOnlyOnce(node -> {
            assertThat(node.path("id").asText()).isEqualTo(owners);
            assertThat(node.path("runs").asInt()).isEqualTo(1);
            assertThat(node.path("lease_age").asDouble()).isBetween(0.0, 2.0);
        });
        assertThat(other.sendToRoot("GET", "/healthz", "").ok().path("nodes")).hasSize(2);
        assertThat(other.sendToRoot("GET", "/nodes", "").ok().path("nodes")).hasSize(2).satisfiesOnlyOnce(node -> {
            assertThat(node.path("self").asBoolean()).isFalse();
            assertThat("/threads/" + node.at("/held/0/thread_id").asText() + "/runs/"
                    + node.at("/held/0/id").asText()).isEqualTo(run);
        });
    }

    /** PostgreSQL refuses such a text. */
    @Test
    void anIdWithANulIsNotFound() {
        TestServer node = node();
        String nul = "\\u0000";
        assertThat(node.get("/assistants/asst_%00").status()).isEqualTo(404);
        assertThat(node.post("/threads/runs", "{\"assistant_id\": \"" + nul + "\"}").status()).isEqualTo(404);
        assertThat(node.post("/vector_stores", "{\"file_ids\": [\"" + nul + "\"]}").status()).isBetween(400, 404);
        assertThat(
                node.post("/assistants", "{\"model\": \"m\", \"name\": \"a" + nul + "b\"}").ok().path("name").asText())
                .isEqualTo("a\0b");
    }

    @Test
    void aRunIsCancelledFromAnotherNode() {
        TestServer a = node();
        TestServer b = node();
        a.models().enqueue(Script.reply("Hel", "lo").stall());
        try (EventReader reader = a.run(a.newAssistant(), a.newThread())) {
            String run = TestServer.runPath(reader.until("thread.message.delta"));
            assertThat(b.post(run + "/cancel", "").ok().path("status").asText()).isIn("cancelling", "cancelled");
            assertThat(names(reader.rest())).endsWith("thread.run.cancelling", "thread.message.incomplete",
                    "thread.run.step.cancelled", "thread.run.cancelled", "done");
            assertThat(b.get(run).ok().path("status").asText()).isEqualTo("cancelled");
            assertThat(b.post(run + "/cancel", "").status()).isEqualTo(400);
        }
    }

    @Test
    void outputsMayGoToAnyNodeWhichThenExecutesTheRun() {
        TestServer a = node();
        TestServer b = node();
        a.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        b.models().enqueue(Script.chat("It rains."));
        List<Event> begun;
        try (EventReader reader = a.run(a.newWeatherAssistant(), a.newThread())) {
            begun = reader.rest();
        }
        String run = TestServer.runPath(begun);
        assertThat(names(begun)).endsWith("thread.run.requires_action", "done");
        List<Event> rest;
        try (EventReader reader = b.stream(run + "/submit_tool_outputs", WEATHER.formatted(", \"stream\": true"))) {
            rest = reader.rest();
        }
        assertThat(names(rest)).endsWith("thread.run.completed", "done");
        List<Event> all = new ArrayList<>(begun.subList(0, begun.size() - 1));
        all.addAll(rest);
        for (TestServer node : List.of(a, b)) {
            try (EventReader reader = node.attach(run + "?stream=true&follow=true")) {
                assertThat(reader.rest().stream().filter(event -> !event.name().equals("done")).toList())
                        .isEqualTo(all.subList(0, all.size() - 1));
            }
        }
        assertThat(a.post(run + "/submit_tool_outputs", WEATHER.formatted("")).status()).isEqualTo(400);
    }

    @Test
    void outputsThatOneNodeRefusesMayComeToAnother() {
        TestServer a = node();
        TestServer b = node();
        a.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        a.models().answer(_ -> Script.chat("It rains."));
        String run;
        try (EventReader reader = a.run(a.newWeatherAssistant(), a.newThread())) {
            run = TestServer.runPath(reader.rest());
        }
        String wrong = WEATHER.formatted("").replace("call_1", "call_2");
        assertThat(b.post(run + "/submit_tool_outputs", wrong).status()).isEqualTo(400);
        assertThat(a.post(run + "/submit_tool_outputs", WEATHER.formatted("")).status()).isEqualTo(200);
    }

    @Test
    void ofOutputsThatComeToTwoNodesAtOnceOneTakesEffect() throws Exception {
        TestServer a = node();
        TestServer b = node();
        for (int i = 0; i < 5; i++) {
            a.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
            a.models().answerOthers(_ -> Script.chat("It rains."));
            b.models().answerOthers(_ -> Script.chat("It rains."));
            String run;
            try (EventReader reader = a.run(a.newWeatherAssistant(), a.newThread())) {
                run = TestServer.runPath(reader.rest());
            }
            List<Integer> statuses = atOnce(
                    () -> a.post(run + "/submit_tool_outputs", WEATHER.formatted("")).status(),
                    () -> b.post(run + "/submit_tool_outputs", WEATHER.formatted("")).status());
            assertThat(statuses).contains(200).containsAnyOf(400, 503);
            try (EventReader reader = b.attach(run + "?stream=true&follow=true")) {
                List<Event> all = reader.rest();
                assertThat(names(all)).endsWith("thread.run.completed", "done");
                only(all, "thread.run.requires_action");
            }
        }
    }

    private static <T> List<T> atOnce(Callable<T> first, Callable<T> second)
            throws InterruptedException, ExecutionException {
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> result : threads.invokeAll(List.of(first, second))) {
                results.add(result.get());
            }
        }
        return results;
    }

    @Test
    void aKeyIsCarriedOutOnceThoughItsRequestGoesToTwoNodes() throws Exception {
        TestServer a = node();
        TestServer b = node();
        for (int i = 0; i < 10; i++) {
            String key = "key-" + i;
            List<Answer> answers = atOnce(
                    () -> a.post("/threads", "{}", "Idempotency-Key", key),
                    () -> b.post("/threads", "{}", "Idempotency-Key", key));
            List<String> ids = answers.stream().filter(answer -> answer.status() == 200).map(Answer::id).distinct()
                    .toList();
            assertThat(ids).hasSize(1);
            assertThat(b.post("/threads", "{}", "Idempotency-Key", key).id()).isEqualTo(ids.getFirst());
        }
    }

    @Test
    void ofTwoRunsThatAreMadeAtOnceOnTwoNodesTheThreadTakesOne() throws Exception {
        TestServer a = node();
        TestServer b = node();
        a.models().answer(_ -> Script.reply("Hi").stall());
        b.models().answer(_ -> Script.reply("Hi").stall());
        String assistant = a.newAssistant();
        String request = "{\"assistant_id\": \"" + assistant + "\"}";
        for (int i = 0; i < 5; i++) {
            String thread = a.newThread();
            assertThat(atOnce(
                    () -> a.post("/threads/" + thread + "/runs", request).status(),
                    () -> b.post("/threads/" + thread + "/runs", request).status()))
                    .containsExactlyInAnyOrder(200, 400);
            assertThat(b.send("DELETE", "/threads/" + thread, "").ok().path("deleted").asBoolean()).isTrue();
            assertThat(a.get("/threads/" + thread).status()).isEqualTo(404);
        }
    }

    @Test
    void metadataThatIsGivenOnAnotherNodeIsInLaterEvents() {
        TestServer a = node();
        TestServer b = node();
        Gate gate = new Gate();
        a.models().enqueue(Script.sse().text("One ").gate(gate).text("two").end("stop"));
        try (EventReader reader = a.run(a.newAssistant(), a.newThread())) {
            String run = TestServer.runPath(reader.until("thread.message.delta"));
            assertThat(b.post(run, "{\"metadata\": {\"colour\": \"blue\"}}").ok().at("/metadata/colour").asText())
                    .isEqualTo("blue");
            assertThat(a.get(run).ok().at("/metadata/colour").asText()).isEqualTo("blue");
            PostgresServer.awaitNone(folder, "SELECT 1 FROM runs WHERE active AND asked");
            gate.open();
            assertThat(only(reader.rest(), "thread.run.completed").json().at("/metadata/colour").asText())
                    .isEqualTo("blue");
        }
    }

    @Test
    void anUploadedFileIsThereOnEachNode() {
        TestServer a = node();
        TestServer b = node();
        byte[] content = new byte[2_500_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31);
        }
        String file = a.upload(Multipart.file("data.txt", content)).id();
        assertThat(b.download("/files/" + file + "/content").body()).isEqualTo(content);
        b.send("DELETE", "/files/" + file, "").ok();
        assertThat(a.get("/files/" + file).status()).isEqualTo(404);
    }

    @Test
    void queuedRunsBeyondANodesLimitAreTakenByOneThatHasRoom() throws InterruptedException {
        TestServer a = nodeOf(1);
        TestServer b = nodeOf(1);
        Gate gate = new Gate();
        a.models().enqueue(Script.sse().text("Busy").gate(gate).end("stop"));
        b.models().enqueue(Script.sse().text("Busy too").gate(gate).end("stop"));
        a.models().answer(_ -> Script.chat("Later"));
        b.models().answer(_ -> Script.chat("Later"));
        String assistant = a.newAssistant();
        try (EventReader first = a.run(assistant, a.newThread());
                EventReader second = a.run(assistant, a.newThread())) {
            first.until("thread.message.delta");
            assertThat(EventReader.text(second.until("thread.message.delta"))).isEqualTo("Busy too");
            try (EventReader third = a.run(assistant, a.newThread());
                    EventReader fourth = b.run(assistant, b.newThread())) {
                third.until("thread.run.queued");
                String cancelled = TestServer.runPath(fourth.until("thread.run.queued"));
                awaitQueued(a, 2);
                awaitQueued(b, 2);
                assertThat(a.post(cancelled + "/cancel", "").status()).isEqualTo(200);
                assertThat(names(fourth.rest())).endsWith("thread.run.cancelled", "done");
                gate.open();
                List<Event> rest = third.rest();
                assertThat(EventReader.text(rest)).isEqualTo("Later");
                assertThat(names(rest)).endsWith("thread.run.completed", "done");
            }
            assertThat(names(first.rest())).endsWith("thread.run.completed", "done");
            assertThat(names(second.rest())).endsWith("thread.run.completed", "done");
        }
        awaitQueued(a, 0);
    }

    private static void awaitQueued(TestServer node, int runs) throws InterruptedException {
        while (node.sendToRoot("GET", "/healthz", "").ok().path("runs_queued").asInt() != runs) {
            Thread.sleep(10);
        }
    }

    @Test
    void nodesAreToldOfEventsOnlyIfOneOfThemHasReaders() throws SQLException {
        TestServer a = node();
        TestServer b = node();
        Gate gate = new Gate();
        a.models().enqueue(Script.sse().text("One ", "two ").gate(gate).text("three").end("stop"));
        try (Connection connection = PostgresServer.connect(folder);
                Statement listening = connection.createStatement()) {
            listening.execute("LISTEN runnel_runs");
            PGConnection notified = connection.unwrap(PGConnection.class);
            try (EventReader here = a.run(a.newAssistant(), a.newThread())) {
                List<Event> begun = here.until(event -> event.data().contains("\"value\":\"two \""));
                assertThat(notified.getNotifications(1)).isEmpty();
                try (EventReader there = b.attach(TestServer.runPath(begun) + "?stream=true")) {
                    there.until(event -> event.data().contains("\"value\":\"two \""));
                    PostgresServer.awaitNone(folder, "SELECT 1 FROM runs WHERE NOT watched");
                    gate.open();
                    assertThat(there.rest()).isEqualTo(here.rest());
                }
                assertThat(notified.getNotifications(1)).isNotEmpty();
            }
        }
    }

    @Test
    void aFileIsMadeSearchableOnceAndFoundOnEachNode() throws InterruptedException {
        TestServer a = node();
        TestServer b = node();
        String store = a.post("/vector_stores", "{}").id();
        assertThat(search(b, store)).isEmpty();
        List<String> files = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            files.add(
                    a.upload(Multipart.file("notes" + i + ".txt", "The warranty of part " + i + " lasts three years."))
                            .id());
        }
        a.post("/vector_stores/" + store + "/file_batches", "{\"file_ids\": [\"" + String.join("\",\"", files) + "\"]}")
                .ok();
        while (a.get("/vector_stores/" + store).ok().at("/file_counts/completed").asInt() < files.size()) {
            Thread.sleep(20);
        }
        assertThat(search(b, store)).containsExactlyInAnyOrderElementsOf(files);
        assertThat(search(a, store)).containsExactlyInAnyOrderElementsOf(files);
        PostgresServer.awaitNone(folder, "SELECT 1 FROM store_files WHERE tries <> 1");
        b.send("DELETE", "/vector_stores/" + store + "/files/" + files.getFirst(), "").ok();
        assertThat(search(a, store)).containsExactlyInAnyOrderElementsOf(files.subList(1, files.size()));
    }

    private static List<String> search(TestServer node, String store) {
        return node.post("/vector_stores/" + store + "/search", "{\"query\": \"warranty\"}").column("file_id");
    }
}
