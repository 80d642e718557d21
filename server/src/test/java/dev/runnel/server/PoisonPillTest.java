package dev.runnel.server;

import dev.runnel.server.backend.TestDatabases;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A run that ends its process whenever it is executed: a small server on a thread that is more than its memory holds. */
@Timeout(300)
class PoisonPillTest {
    /** With the messages below: 16 million characters of two bytes, as many as a prompt has room for. */
    private static final int PART = 250_000;

    private static final int PARTS = 8;
    private static final int MESSAGES = 8;

    private static final int TRIES = 3;
    private static final int HEAP_MEGABYTES = 96;
    private static final int OPEN_FILES = 1_000;
    private static final String KEY = "sk-poison-pill-test";

    /** Of a process that ended because its memory was exhausted. */
    private static final int OUT_OF_MEMORY = 3;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private String thread = "";
    private String assistant = "";

    private void fill() {
        String part = "{\"type\": \"text\", \"text\": \"" + "漢".repeat(PART) + "\"}";
        String message = "{\"role\": \"user\", \"content\": [" + String.join(",", Collections.nCopies(PARTS, part))
                + "]}";
        try (TestServer server = TestServer.start(folder)) {
            assistant = server.newAssistant();
            thread = server.newThread();
            for (int i = 0; i < MESSAGES; i++) {
                server.post("/threads/" + thread + "/messages", message).ok();
            }
        }
    }

    private ServerProcess smallServer(ScriptedModelServer models) {
        return ServerProcess.start(
                HEAP_MEGABYTES, OPEN_FILES, TestDatabases.url(folder), models.baseUri().toString(), KEY);
    }

    private static HttpRequest.Builder request(ServerProcess server, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1" + path))
                .header("authorization", "Bearer " + KEY)
                .timeout(TestServer.PATIENCE);
    }

    private String send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString()).body();
    }

    private String runs() {
        return "/threads/" + thread + "/runs";
    }

    /** The stream of the thread's only run, which is created if there is none; as far as it comes. */
    private String stream(ServerProcess server) throws InterruptedException {
        if (server.port() == 0) {
            return "";
        }
        try {
            String listed = send(request(server, runs()).build());
            String id = Answer.tree(listed).at("/data/0/id").asText();
            return send(id.isEmpty()
                    ? request(server, runs()).header("content-type", "application/json")
                            .POST(BodyPublishers.ofString(
                                    "{\"stream\": true, \"assistant_id\": \"" + assistant + "\"}"))
                            .build()
                    : request(server, runs() + "/" + id + "?stream=true").build());
        } catch (IOException e) { // the process has ended
            return "";
        }
    }

    @Test
    void aRunThatEndsItsProcessEachTimeFailsAfterItsTriesAndTheServerStaysUp() throws Exception {
        fill();
        try (ScriptedModelServer models = ScriptedModelServer.start()) {
            for (int tries = 1; tries <= TRIES; tries++) {
                try (ServerProcess server = smallServer(models)) {
                    assertThat(stream(server)).doesNotContain("thread.run.failed", "thread.run.completed");
                    assertThat(server.awaitExit()).isEqualTo(OUT_OF_MEMORY);
                }
            }
            try (ServerProcess server = smallServer(models)) {
                assertThat(stream(server)).contains("event: thread.run.failed", TRIES + " times");
                assertThat(send(request(server, "/threads/" + thread).build())).contains(thread);
                assertThat(models.requests()).isEmpty();
            }
        }
    }
}
