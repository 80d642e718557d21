package dev.runnel.server;

import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Deleting: what goes, what stays, and what walking a list has to do with it. */
@Timeout(180)
class DeletionTest {
    @TempDir
    Path folder;

    private TestServer server;
    private final Gate gate = new Gate();

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        gate.open();
        server.close();
    }

    private Answer delete(String path) {
        return server.send("DELETE", path, "");
    }

    private void assertGone(String path, String kind) {
        String id = path.substring(path.lastIndexOf('/') + 1);
        for (Answer answer : List.of(server.get(path), server.post(path, "{}"), delete(path))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.error().path("message").asText())
                    .isEqualTo("No " + kind + " found with id '" + id + "'.");
        }
    }

    @Test
    void anAssistantIsDeletedAndItsRunsStay() {
        String assistant = server.newAssistant();
        String run;
        try (EventReader reader = server.run(assistant, server.newThread())) {
            run = TestServer.runPath(reader.rest());
        }
        assertThat(delete("/assistants/" + assistant).ok().toString())
                .isEqualTo("{\"id\":\"" + assistant + "\",\"object\":\"assistant.deleted\",\"deleted\":true}");
        assertGone("/assistants/" + assistant, "assistant");
        assertThat(server.get("/assistants").ids()).isEmpty();
        assertThat(server.get(run).ok().path("assistant_id").asText()).isEqualTo(assistant);
        assertThat(server.post("/threads/" + server.newThread() + "/runs",
                "{\"assistant_id\": \"" + assistant + "\"}").status()).isEqualTo(404);
    }

    @Test
    void aMessageIsDeletedAndTheModelSeesItNoMore() {
        String thread = server.newThread();
        String second = server.post("/threads/" + thread + "/messages", """
                {"role": "user", "content": "Forget this."}""").id();
        String path = "/threads/" + thread + "/messages/" + second;

        assertThat(delete(path).ok().toString())
                .isEqualTo("{\"id\":\"" + second + "\",\"object\":\"thread.message.deleted\",\"deleted\":true}");
        assertGone(path, "message");
        try (EventReader reader = server.run(server.newAssistant(), thread)) {
            reader.rest();
        }
        assertThat(server.models().requests().getLast().json().toString()).contains("Hi").doesNotContain("Forget");
    }

    @Test
    void noMessageIsDeletedWhileARunIsActive() {
        server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        String thread = server.newThread();
        try (EventReader reader = server.run(server.newAssistant(), thread)) {
            reader.until("thread.message.delta");
            List<String> messages = server.get("/threads/" + thread + "/messages").ids();
            for (String message : messages) {
                Answer answer = delete("/threads/" + thread + "/messages/" + message);
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.error().path("message").asText()).startsWith("Can't delete messages from " + thread);
            }
            gate.open();
            reader.rest();
            assertThat(server.get("/threads/" + thread + "/messages").ids()).isEqualTo(messages);
        }
    }

    @Test
    void aThreadIsDeletedWithAllThatIsInIt() {
        String thread = server.newThread();
        String run;
        try (EventReader reader = server.run(server.newAssistant(), thread)) {
            run = TestServer.runPath(reader.rest());
        }
        String other = server.newThread();
        assertThat(delete("/threads/" + thread).ok().toString())
                .isEqualTo("{\"id\":\"" + thread + "\",\"object\":\"thread.deleted\",\"deleted\":true}");

        assertGone("/threads/" + thread, "thread");
        for (String path : List.of(
                run, run + "?stream=true", run + "/steps", "/threads/" + thread + "/messages",
                "/threads/" + thread + "/runs")) {
            assertThat(server.get(path).status()).as(path).isEqualTo(404);
        }
        assertThat(server.get("/threads").ids()).containsExactly(other);
    }

    @Test
    void deletingAThreadCancelsTheRunThatIsActiveAndEndsItsStreams() {
        server.models().enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        String thread = server.newThread();
        try (EventReader reader = server.run(server.newAssistant(), thread)) {
            reader.until("thread.message.delta");
            delete("/threads/" + thread).ok();
            assertThat(EventReader.names(reader.rest())).endsWith("thread.run.cancelled", "done");
        }
        assertGone("/threads/" + thread, "thread");
    }

    @Test
    void aThreadWhoseRunWaitsForToolsIsDeletedToo() {
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        String thread = server.newThread();
        try (EventReader reader = server.run(server.newWeatherAssistant(), thread)) {
            reader.rest();
        }
        delete("/threads/" + thread).ok();
        assertGone("/threads/" + thread, "thread");
    }

    @Test
    void whoWalksAListAndDeletesAsHeGoesMissesNothing() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add(server.newAssistant());
        }
        List<String> seen = new ArrayList<>();
        Answer page = server.get("/assistants?limit=2");
        while (!page.ids().isEmpty()) {
            seen.addAll(page.ids());
            page.ids().forEach(id -> delete("/assistants/" + id).ok());
            page = server.get("/assistants?limit=2&after=" + seen.getLast());
        }
        assertThat(seen).containsExactlyElementsOf(made.reversed());
    }

    @Test
    void aCursorThatNeverWasInTheListIsNotFound() {
        String assistant = server.newAssistant();
        String thread = server.newThread();
        String elsewhere = server.get("/threads/" + server.newThread() + "/messages").ids().getFirst();
        for (String path : List.of(
                "/assistants?after=asst_none", "/assistants?before=asst_none", "/threads?after=" + assistant,
                "/threads/" + thread + "/messages?after=" + elsewhere,
                "/threads/" + thread + "/runs?before=run_none")) {
            Answer answer = server.get(path);
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.error().path("param").asText()).as(path).isIn("after", "before");
        }
    }

    @Test
    void whatWasDeletedIsStillGoneAfterARestart() {
        String assistant = server.newAssistant();
        String kept = server.newAssistant();
        delete("/assistants/" + assistant).ok();
        server.restart();
        assertGone("/assistants/" + assistant, "assistant");
        assertThat(server.get("/assistants?order=asc&after=" + assistant).ids()).containsExactly(kept);
    }
}
