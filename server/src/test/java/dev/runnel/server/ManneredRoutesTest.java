package dev.runnel.server;

import dev.runnel.testkit.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests beside the routes: with empty parameters, with HEAD, in Azure's dialect, at the root, and for missing routes. */
@Timeout(30)
class ManneredRoutesTest {
    private static final String CHAT = "{\"model\": \"other\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}";

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

    private Answer raw(String line, String body, String... headers) throws IOException {
        try (RawHttp raw = new RawHttp(server.ownPort())) {
            raw.send(line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                    + String.join("", List.of(headers).stream().map(header -> header + "\r\n").toList())
                    + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n" + body);
            return raw.answer();
        }
    }

    /** Older clients send what was not set as empty. */
    @Test
    void anEmptyQueryParameterCountsAsAbsent() {
        String assistant = server.newAssistant();
        String thread = server.newThread();

        assertThat(server.get("/assistants?limit=2&before=&after=").ids()).containsExactly(assistant);
        assertThat(server.get("/assistants?limit=&order=").ids()).containsExactly(assistant);
        assertThat(server.get("/threads/" + thread + "/messages?run_id=").ids()).hasSize(1);
        assertThat(server.get("/threads/" + thread + "/runs?after=").ids()).isEmpty();
        assertThat(server.get("/files?purpose=&after=").ids()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/assistants", "/v1/models", "/openapi.json", "/healthz", "/"})
    void headIsAnsweredWhereGetIs(String path) throws IOException {
        String head;
        try (RawHttp raw = new RawHttp(server.ownPort())) {
            raw.send("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            head = raw.readUntil("\r\n\r\n");
        }

        assertThat(head).startsWith("HTTP/1.1 200").containsIgnoringCase("content-type:");
    }

    /** Nobody waits for a run's end to learn that it is there. */
    @Test
    void headOfARunsStreamIsTheHeadOfTheRun() throws IOException {
        server.models().enqueue(Script.reply("Hel").stall());
        String thread = server.newThread();
        String run = server.post("/threads/" + thread + "/runs",
                "{\"assistant_id\": \"" + server.newAssistant() + "\"}").id();
        try (RawHttp raw = new RawHttp(server.ownPort())) {
            raw.send("HEAD /v1/threads/" + thread + "/runs/" + run
                    + "?stream=true HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("content-type: application/json");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openai", "/openai/v1"})
    void azuresPathsAreTheSameRoutes(String base) throws IOException {
        String version = "?api-version=2024-05-01-preview";
        String assistant = raw("POST " + base + "/assistants" + version, "{\"model\":\"m\"}").id();
        String thread = raw("POST " + base + "/threads" + version, "").id();

        assertThat(server.get("/assistants").ids()).containsExactly(assistant);
        assertThat(raw("GET " + base + "/assistants" + version + "&limit=1", "").ids()).containsExactly(assistant);
        assertThat(raw("GET " + base + "/threads/" + thread + "/messages" + version, "").ids()).isEmpty();
        assertThat(raw("GET " + base + "/threads/thread_none" + version, "").error().path("message").asText())
                .isEqualTo("No thread found with id 'thread_none'.");
        assertThat(raw("GET " + base + "/models" + version, "").ids()).containsExactly("scripted-model");
    }

    @Test
    void azuresDeploymentIsTheModel() throws IOException, InterruptedException {
        server.models().enqueue(Script.chat("Hello"), Script.chat("Hello"));
        String path = "POST /openai/deployments/gpt-mine/chat/completions?api-version=2024-06-01";
        Answer answer = raw(path, CHAT);
        raw(path, CHAT.replace("\"model\": \"other\", ", ""));

        assertThat(answer.ok().at("/choices/0/message/content").asText()).isEqualTo("Hello");
        for (int i = 0; i < 2; i++) {
            assertThat(server.models().awaitRequest(i, TestServer.PATIENCE).json().path("model").asText())
                    .isEqualTo("gpt-mine");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /responses/compact, and that is not planned",
        "POST, /batches, and that is not planned", "POST, /audio/speech, and that is not planned",
        "POST, /images/generations, and that is not planned", "POST, /moderations, and that is not planned",
        "GET, /fine_tuning/jobs, and that is not planned", "POST, /uploads, and that is not planned",
        "POST, /realtime/sessions, and that is not planned", "GET, /evals, and that is not planned",
        "GET, /containers, and that is not planned", "POST, /completions, and that is not planned",
        "GET, /chat/completions, Chat completions are not kept", "DELETE, /chat/completions/x, are not kept",
        "GET, /assistant, Please check the URL for typos.", "PUT, /assistants, Please check the URL for typos."})
    void anUnknownRouteSaysWhetherTheProtocolHasIt(String method, String path, String words) {
        Answer answer = server.send(method, path, method.equals("POST") ? "{}" : "");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.error().path("code").asText()).isEqualTo("unknown_url");
        assertThat(answer.error().path("message").asText())
                .startsWith("Unknown request URL: " + method + " /v1" + path + ". ").contains(words);
    }

    @Test
    void theRootTellsAPersonWhatThisIs() throws IOException {
        Answer text = raw("GET /", "");
        Answer page = raw("GET /", "", "Accept: text/html,application/xhtml+xml");

        assertThat(text.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
        assertThat(text.body()).startsWith("Runnel ").contains("/v1", "/openapi.json");
        assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        assertThat(page.body()).startsWith("<!doctype html>").contains("<title>Runnel</title>");
    }

    @Test
    void healthIsTold() {
        assertThat(server.sendToRoot("GET", "/healthz", "").ok().path("status").asText()).isEqualTo("ok");
    }
}
