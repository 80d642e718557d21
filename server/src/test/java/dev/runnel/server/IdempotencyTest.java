package dev.runnel.server;

import dev.runnel.server.EventReader.Event;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static org.assertj.core.api.Assertions.assertThat;

/** Requests that come twice with one Idempotency-Key: carried out once, answered twice. */
@Timeout(180)
class IdempotencyTest {
    private static final String HI = """
            {"role": "user", "content": "Hi"}""";

    @TempDir
    Path folder;

    private volatile Instant now = Instant.now();
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder, options -> options.clock(() -> now));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer post(String path, String json, String key) {
        return server.post(path, json, "Idempotency-Key", key);
    }

    private List<Event> stream(String path, String json, String key) {
        try (EventReader reader = server.stream(path, json, "Idempotency-Key", key)) {
            return reader.rest();
        }
    }

    @Test
    void aThreadIsMadeOnceAndAnsweredAsItIsNow() {
        String thread = post("/threads", "{}", "k").id();
        server.post("/threads/" + thread, """
                {"metadata": {"a": "b"}}""").ok();

        Answer again = post("/threads", "{}", "k");
        assertThat(again.id()).isEqualTo(thread);
        assertThat(again.ok().at("/metadata/a").asText()).isEqualTo("b");
        assertThat(post("/threads", "{}", "another").id()).isNotEqualTo(thread);
        assertThat(server.post("/threads", "{}").id()).isNotEqualTo(thread);
    }

    @Test
    void aMessageIsAddedOnceAlsoWhileARunHasTheThread() {
        String thread = server.post("/threads", "{}").id();
        String message = post("/threads/" + thread + "/messages", HI, "k").id();
        server.models().enqueue(Script.reply("Hel").stall());
        try (EventReader reader = server.run(server.newAssistant(), thread)) {
            reader.until("thread.message.delta");
            assertThat(post("/threads/" + thread + "/messages", HI, "k").id()).isEqualTo(message);
        }
        assertThat(server.get("/threads/" + thread + "/messages?order=asc").ids()).hasSize(2).startsWith(message);
    }

    @Test
    void aStreamedRunIsCarriedOutOnceAndStreamedFromItsFirstEventAgain() {
        server.models().enqueue(Script.chat("a", "b"));
        String body = """
                {"assistant_id": "%s", "stream": true, "thread": {"messages": [%s]}}"""
                .formatted(server.newAssistant(), HI);
        List<Event> first = stream("/threads/runs", body, "k");
        List<Event> again = stream("/threads/runs", body, "k");

        assertThat(names(first)).startsWith("thread.created", "thread.run.created").endsWith("done");
        assertThat(again).isEqualTo(first);
        assertThat(server.models().requests()).hasSize(1);
        assertThat(server.get("/threads").ids()).hasSize(1);
    }

    @Test
    void aRequestThatComesAgainWhileItsRunIsStreamedReadsAlong() throws Exception {
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("a").gate(gate).text("b").end("stop"));
        String path = "/threads/" + server.newThread() + "/runs";
        String body = "{\"assistant_id\": \"" + server.newAssistant() + "\", \"stream\": true}";
        try (EventReader first = server.stream(path, body, "Idempotency-Key", "k")) {
            List<Event> seen = new ArrayList<>(first.until("thread.message.delta"));
            try (EventReader second = server.stream(path, body, "Idempotency-Key", "k")) {
                List<Event> along = new ArrayList<>(second.until("thread.message.delta"));
                assertThat(along).isEqualTo(seen);
                gate.open();
                assertThat(second.rest()).isEqualTo(first.rest());
            }
        }
        assertThat(server.get(path).ids()).hasSize(1);
    }

    @Test
    void outputsAreSubmittedOnce() {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{}")), Script.chat("It rains."));
        List<Event> begun;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            begun = reader.rest();
        }
        String path = TestServer.runPath(begun) + "/submit_tool_outputs";
        String body = """
                {"stream": true, "tool_outputs": [{"tool_call_id": "call_1", "output": "rain"}]}""";
        List<Event> first = stream(path, body, "k");

        assertThat(names(first)).startsWith("thread.run.step.completed").endsWith("thread.run.completed", "done");
        assertThat(stream(path, body, "k")).isEqualTo(first);
        assertThat(server.post(path, body).status()).isEqualTo(400);
    }

    @Test
    void aKeyStandsForOneRequestOnly() {
        String thread = post("/threads", "{}", "k").id();
        for (Answer other : List.of(
                post("/threads", "{\"metadata\": {}}", "k"), post("/threads/" + thread + "/messages", HI, "k"))) {
            assertThat(other.status()).isEqualTo(422);
            assertThat(other.error().path("code").asText()).isEqualTo("idempotency_key_reused");
        }
        assertThat(server.get("/threads/" + thread + "/messages").ids()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 256})
    void aKeyThatIsNoneIsRefused(int length) {
        Answer answer = post("/threads", "{}", "k".repeat(length));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("param").asText()).isEqualTo("Idempotency-Key");
        assertThat(post("/threads", "{}", "k".repeat(255)).status()).isEqualTo(200);
    }

    @Test
    void aRequestThatFailsLeavesItsKeyUnused() {
        String thread = server.newThread();
        String path = "/threads/" + thread + "/messages";
        server.models().enqueue(Script.reply("Hel").stall());
        String run;
        try (EventReader reader = server.run(server.newAssistant(), thread)) {
            run = TestServer.runPath(reader.until("thread.message.delta"));
        }
        assertThat(post(path, HI, "k").status()).isEqualTo(400);
        assertThat(post("/threads/thread_none/messages", HI, "k").status()).isEqualTo(404);
        server.post(run + "/cancel", "").ok();
        server.attach(run + "?stream=true").rest();
        assertThat(post(path, HI, "k").status()).isEqualTo(200);
    }

    @Test
    void manyAtOnceMakeOne() throws Exception {
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService clients = Executors.newCachedThreadPool()) {
            List<Future<Answer>> all = IntStream.range(0, 20)
                    .mapToObj(i -> clients.submit(() -> post("/threads", "{}", "k")))
                    .toList();
            for (Future<Answer> one : all) {
                answers.add(one.get());
            }
        }
        assertThat(server.get("/threads").ids()).hasSize(1);
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(200, 409));
        assertThat(answers).filteredOn(answer -> answer.status() == 409).allSatisfy(
                answer -> assertThat(answer.error().path("code").asText()).isEqualTo("idempotency_key_in_use"));
    }

    @Test
    void aKeyOutlivesARestartAndCountsForADay() throws SQLException {
        String thread = post("/threads", "{}", "k").id();
        server.restart();
        now = now.plus(Duration.ofHours(24)).minusSeconds(1);
        assertThat(post("/threads", "{}", "k").id()).isEqualTo(thread);
        now = now.plusSeconds(2);
        assertThat(post("/threads", "{}", "k").id()).isNotEqualTo(thread);

        assertThat(rows("idempotency_keys")).isEqualTo(1);
        now = now.plus(Duration.ofHours(25));
        server.restart();
        Instant end = Instant.now().plus(TestServer.PATIENCE);
        while (rows("idempotency_keys") > 0 && Instant.now().isBefore(end)) {
            Thread.onSpinWait();
        }
        assertThat(rows("idempotency_keys")).isZero();
    }

    @Test
    void aCrashLeavesNeitherAKeyWithoutItsObjectNorTheReverse() throws Exception {
        server.close();
        server = TestServer.startProcess(folder);
        Map<String, String> answered = new ConcurrentHashMap<>();
        AtomicInteger asked = new AtomicInteger();
        try (ExecutorService clients = Executors.newCachedThreadPool()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(clients.submit(() -> {
                    while (true) {
                        String key = "k" + asked.incrementAndGet();
                        try {
                            answered.put(key, post("/threads", "{}", key).id());
                        } catch (UncheckedIOException e) {
                            return; // killed
                        }
                    }
                }));
            }
            while (answered.size() < 40) {
                Thread.onSpinWait();
            }
            server.kill();
            for (Future<?> one : all) {
                one.get();
            }
        }
        server.restart();
        for (int i = 1; i <= asked.get(); i++) {
            String again = post("/threads", "{}", "k" + i).id();
            assertThat(answered.getOrDefault("k" + i, again)).isEqualTo(again);
        }
        assertThat(rows("threads")).isEqualTo(asked.get());
    }

    private int rows(String table) throws SQLException {
        try (Connection connection = TestDatabases.connect(folder);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM " + table)) {
            result.next();
            return result.getInt(1);
        }
    }

    @Test
    void projectsHaveKeysOfTheirOwn() {
        server.close();
        String acme = "sk-acme-0123456789abcdef";
        String rival = "sk-rival-0123456789abcdef";
        server = TestServer.start(
                folder, options -> options.with(API_KEYS, ApiKeys.of(List.of("acme=" + acme, "rival=" + rival))));
        String thread = server.as(acme).post("/threads", "{}", "Idempotency-Key", "k").id();
        assertThat(server.as(rival).post("/threads", "{}", "Idempotency-Key", "k").id()).isNotEqualTo(thread);
        assertThat(server.as(acme).post("/threads", "{}", "Idempotency-Key", "k").id()).isEqualTo(thread);
    }

    @Test
    void theAnswerOfACreationIsGoneWithItsObject() {
        String thread = post("/threads", "{}", "k").id();
        server.send("DELETE", "/threads/" + thread, "").ok();
        assertThat(post("/threads", "{}", "k").status()).isEqualTo(404);
        assertThat(only(server.run(), "done").data()).isEqualTo("[DONE]");
    }
}
