package dev.runnel.server;

import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Clients that hang up: a chat completion ends with its connection, a run does not. */
@Timeout(180)
class DisconnectTest {
    private static final Duration A_WHILE = Duration.ofSeconds(1);
    private static final String CHAT = """
            {"model": "m", "stream": %s, "messages": [{"role": "user", "content": "Hi"}]}""";

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

    private RecordedRequest modelCall() throws InterruptedException {
        return server.models().awaitRequest(0, TestServer.PATIENCE);
    }

    @Test
    void aStreamedCompletionEndsTheModelCallAsSoonAsItsClientLeaves() throws IOException, InterruptedException {
        server.models().enqueue(Script.reply("Hel").stall());
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.post("/chat/completions", CHAT.formatted(true));
            raw.readUntil("\"content\":\"Hel\"");
        }
        assertThat(modelCall().awaitDisconnect(TestServer.PATIENCE)).isTrue();
    }

    @Test
    void soItIsBeforeTheModelHasAnswered() throws IOException, InterruptedException {
        server.models().enqueue(Script.silent());
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.post("/chat/completions", CHAT.formatted(true));
            modelCall();
        }
        assertThat(modelCall().awaitDisconnect(TestServer.PATIENCE)).isTrue();
    }

    @Test
    void soItIsWithoutAStream() throws IOException, InterruptedException {
        server.models().enqueue(Script.reply("Hel").stall());
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.post("/chat/completions", CHAT.formatted(false));
            modelCall();
        }
        assertThat(modelCall().awaitDisconnect(TestServer.PATIENCE)).isTrue();
    }

    @Test
    void soItIsWhenTheClientKeepsSending() throws IOException, InterruptedException {
        server.models().enqueue(Script.silent());
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.post("/chat/completions", CHAT.formatted(true));
            modelCall();
            raw.send("x".repeat(60 * 1024));
            assertThat(modelCall().awaitDisconnect(Duration.ofMillis(200))).isFalse();
            raw.send("x".repeat(10 * 1024));
            assertThat(modelCall().awaitDisconnect(TestServer.PATIENCE)).isTrue();
        }
    }

    @Test
    void aClientThatStaysGetsItsWholeCompletion() throws IOException {
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.post("/chat/completions", CHAT.formatted(true));
            raw.readUntil("\"content\":\"Hel\"");
            gate.open();
            assertThat(raw.readUntil("[DONE]")).contains("\"content\":\"lo\"");
        }
    }

    @Test
    void aRunGoesOnToItsEndThoughItsClientHasLeft() throws InterruptedException {
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Hel").gate(gate).text("lo", " again").end("stop"));
        List<Event> seen;
        try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
            seen = reader.until("thread.message.delta");
        }
        gate.open();
        String run = TestServer.runPath(seen);
        try (EventReader reader = server.attach(run + "?stream=true&starting_after=" + seen.getLast().seq())) {
            assertThat(EventReader.names(reader.rest())).containsExactly(
                    "thread.message.delta", "thread.message.delta", "thread.message.completed",
                    "thread.run.step.completed", "thread.run.completed", "done");
        }
        assertThat(server.get(run).ok().path("status").asText()).isEqualTo("completed");
        assertThat(modelCall().awaitDisconnect(A_WHILE)).isFalse();
    }

    @Test
    void aReaderThatTakesNothingSlowsNeitherTheRunNorAnotherReader() throws IOException {
        String big = "x".repeat(64 * 1024);
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Hel").gate(gate)
                .text(Collections.nCopies(100, big).toArray(String[]::new)).end("stop"));
        try (EventReader reader = server.run(server.newAssistant(), server.newThread());
                RawHttp stuck = new RawHttp(server.port())) {
            String run = TestServer.runPath(reader.until("thread.message.delta"));
            stuck.send("GET /v1" + run + "?stream=true HTTP/1.1\r\nHost: localhost\r\n\r\n");
            stuck.readUntil("\"Hel\"");
            gate.open();

            List<Event> rest = reader.rest();
            assertThat(EventReader.text(rest)).hasSize(100 * big.length());
            assertThat(EventReader.names(rest)).endsWith("thread.run.completed", "done");
        }
    }
}
