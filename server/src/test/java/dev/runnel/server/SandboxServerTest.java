package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.sandbox.Outcome;
import dev.runnel.server.sandbox.Sandbox;
import dev.runnel.server.sandbox.SandboxException;
import dev.runnel.server.sandbox.SandboxLimits;
import dev.runnel.server.sandbox.Session;
import dev.runnel.server.sandbox.remote.RemoteSandbox;
import dev.runnel.server.sandbox.remote.SandboxServer;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.testkit.Await;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER_KEY;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER_URL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A sandbox server, as servers and strangers use it, over loopback. */
@Timeout(120)
class SandboxServerTest {
    private static final String ASSISTANT = "{\"model\":\"m\",\"tools\":[{\"type\":\"code_interpreter\"}]}";
    private static final String KEY = SandboxProcess.KEY;

    @TempDir
    Path folder;

    @BeforeEach
    void assume() {
        SandboxHere.assume();
    }

    private static ToolCall code(String id, String code) {
        return ToolCall.of(id, "python", JsonValue.of(Map.of("code", code)).toString());
    }

    /** Code that sleeps in a child, whose arguments have a text. */
    private static String sleeping(String marker) {
        return "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import time; time.sleep(1000)', '"
                + marker + "'])";
    }

    private TestServer serverOf(int sandboxPort) {
        return TestServer.start(folder, options -> options
                .with(CODE_INTERPRETER_URL, SandboxProcess.url(sandboxPort)).with(CODE_INTERPRETER_KEY, KEY));
    }

    private static String toldTheModel(TestServer server, int request) throws InterruptedException {
        JsonNode messages = server.models().awaitRequest(request, TestServer.PATIENCE).json().path("messages");
        return messages.get(messages.size() - 1).path("content").asText();
    }

    @Test
    void aServerThatIsKilledInTheMiddleIsToldToTheModelAndTheRunGoesOn() throws Exception {
        try (SandboxProcess first = SandboxProcess.inProcess(0); TestServer server = serverOf(first.port())) {
            String marker = "marker-" + System.nanoTime();
            server.models().enqueue(
                    Script.toolCalls(code("call_1", sleeping(marker))),
                    Script.toolCalls(code("call_2", "1 + 1")), Script.chat("Lost"),
                    Script.toolCalls(code("call_3", "x")), Script.chat("Gone"));
            String thread = server.newThread();
            String assistant = server.newAssistant(ASSISTANT);
            try (EventReader reader = server.run(assistant, thread)) {
                Await.until("the code runs", () -> SandboxHere.processes(marker) > 0);
                first.kill();
                assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
            }
            assertThat(toldTheModel(server, 1)).contains("The connection to the sandbox server broke.")
                    .contains("variables and files of earlier calls are gone");
            assertThat(toldTheModel(server, 2))
                    .isEqualTo("The code was not run. The sandbox server cannot be reached.");
            try (SandboxProcess second = SandboxProcess.inProcess(first.port());
                    EventReader reader = server.run(assistant, thread)) {
                assertThat(second.port()).isEqualTo(first.port());
                assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
                assertThat(toldTheModel(server, 4)).contains("NameError").contains("new Python session");
            }
        }
    }

    @Test
    void aCancelledRunEndsItsCodeOnTheSandboxServerWithinASecond() throws Exception {
        try (SandboxServer sandbox = SandboxProcess.here(); TestServer server = serverOf(sandbox.port())) {
            String marker = "marker-" + System.nanoTime();
            server.models().enqueue(Script.toolCalls(code("call_1", sleeping(marker))));
            try (EventReader reader = server.run(server.newAssistant(ASSISTANT), server.newThread())) {
                List<Event> begun = reader.until(event -> event.json().toString().contains("sleep(1000)"));
                Await.until("the code runs", () -> SandboxHere.processes(marker) > 0);
                long asked = System.nanoTime();
                server.post(TestServer.runPath(begun) + "/cancel", "").ok();
                Await.until("the code has ended", () -> SandboxHere.processes(marker) == 0);
                assertThat((System.nanoTime() - asked) / 1_000_000).isLessThan(1_000);
                assertThat(names(reader.rest())).endsWith("thread.run.cancelled", "done");
            }
            Await.until("the place is free", () -> sandbox.sessions() == 0);
        }
    }

    @Test
    void aServerThatHangsUpEndsItsCode() throws Exception {
        try (SandboxServer sandbox = SandboxProcess.here(); HttpClient http = HttpClient.newHttpClient()) {
            String id = begin(http, sandbox.port());
            String marker = "marker-" + System.nanoTime();
            HttpResponse<InputStream> response = http.send(
                    request(sandbox.port(), "/v1/sessions/" + id + "/calls").POST(BodyPublishers.ofString(JsonValue.of(
                            Map.of("code", sleeping(marker))).toString())).build(),
                    BodyHandlers.ofInputStream());
            Await.until("the code runs", () -> SandboxHere.processes(marker) > 0);
            long hungUp = System.nanoTime();
            response.body().close();
            Await.until("the code has ended", () -> SandboxHere.processes(marker) == 0);
            assertThat((System.nanoTime() - hungUp) / 1_000_000).isLessThan(1_000);
            Await.until("the place is free", () -> sandbox.sessions() == 0);
        }
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create(SandboxProcess.url(port) + path)).header("Authorization",
                "Bearer " + KEY);
    }

    private static String begin(HttpClient http, int port) throws IOException, InterruptedException {
        return Json.readTree(http.send(request(port, "/v1/sessions").POST(BodyPublishers.noBody()).build(),
                BodyHandlers.ofByteArray()).body()).path("id").asText();
    }

    private static int status(HttpClient http, HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString()).statusCode();
    }

    @Test
    void requestsAreRefusedThatHaveNoKeyOrAreTooLargeOrOfWebPages() throws Exception {
        try (SandboxServer sandbox = SandboxProcess.start(0, small()); HttpClient http = HttpClient.newHttpClient()) {
            int port = sandbox.port();
            URI sessions = URI.create(SandboxProcess.url(port) + "/v1/sessions");
            assertThat(status(http, HttpRequest.newBuilder(sessions).POST(BodyPublishers.noBody()))).isEqualTo(401);
            assertThat(status(http, HttpRequest.newBuilder(sessions).header("Authorization", "Bearer wrong")
                    .POST(BodyPublishers.noBody()))).isEqualTo(401);
            assertThat(status(http, HttpRequest.newBuilder(URI.create(SandboxProcess.url(port) + "/healthz"))))
                    .isEqualTo(200);
            assertThat(status(http, request(port, "/v1/sessions").header("Origin", "http://localhost")
                    .POST(BodyPublishers.noBody()))).isEqualTo(403);
            assertThat(status(http, request(port, "/v1/nothing"))).isEqualTo(404);
            assertThat(status(http, request(port, "/v1/sessions/sbx_none/calls")
                    .POST(BodyPublishers.ofString("{\"code\":\"1\"}")))).isEqualTo(404);
            String id = begin(http, port);
            String calls = "/v1/sessions/" + id + "/calls";
            assertThat(status(http, request(port, calls).POST(BodyPublishers.ofString("1")))).isEqualTo(400);
            assertThat(status(http, request(port, calls).POST(BodyPublishers.ofString("{")))).isEqualTo(400);
            assertThat(status(http, request(port, calls).POST(BodyPublishers.ofByteArray(new byte[17 << 20]))))
                    .isEqualTo(413);
            String files = "/v1/sessions/" + id + "/files/";
            assertThat(status(http, request(port, files + "a.txt").PUT(BodyPublishers.ofByteArray(new byte[9 << 20]))))
                    .isEqualTo(413);
            assertThat(status(http, request(port, files + "..%2Fa").PUT(BodyPublishers.ofString("x")))).isEqualTo(400);
            assertThat(status(http, request(port, files + "a.txt")
                    .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[3]))))).isEqualTo(411);
            assertThat(status(http, request(port, files + "none.txt"))).isEqualTo(404);
            assertThat(sandbox.sessions()).isEqualTo(1);
        }
    }

    private static SandboxLimits small() {
        return new SandboxLimits(2, 256L << 20, 8L << 20, 100, 64, Duration.ofSeconds(20), Duration.ofMinutes(1),
                Duration.ofHours(1), 4096);
    }

    @Test
    void aWrongKeyAndAnotherServerAreNoticedAtTheStart() {
        try (SandboxServer sandbox = SandboxProcess.start(0, small());
                TestServer other = TestServer.start(folder)) {
            String url = SandboxProcess.url(sandbox.port());
            assertThatThrownBy(() -> RemoteSandbox.open(url, "another-key-of-somebody"))
                    .isInstanceOf(SandboxException.class).hasMessageContaining("refuses the key");
            assertThatThrownBy(() -> RemoteSandbox.open(url, null))
                    .isInstanceOf(SandboxException.class).hasMessageContaining("RUNNEL_CODE_INTERPRETER_KEY");
            assertThatThrownBy(() -> RemoteSandbox.open(SandboxProcess.url(other.port()), KEY))
                    .isInstanceOf(SandboxException.class).hasMessageContaining("is no sandbox server");
            assertThatThrownBy(() -> RemoteSandbox.open("file:/tmp", KEY))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void withoutAKeyOnlyThisMachineIsServed() {
        assertThatThrownBy(() -> SandboxServer.start(
                HttpSettings.at("0.0.0.0", 0, 10, Duration.ofSeconds(60), SystemTimers.get()), ApiKeys.NONE, small()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("RUNNEL_SANDBOX_KEY");
        try (SandboxServer sandbox = SandboxServer.start(
                HttpSettings.at("127.0.0.1", 0, 10, Duration.ofSeconds(60), SystemTimers.get()), ApiKeys.NONE,
                small());
                RemoteSandbox remote = RemoteSandbox.open(SandboxProcess.url(sandbox.port()), null)) {
            assertThat(remote).isNotNull();
        }
    }

    @Test
    void filesGoInAndComeOutByteForByteAndOneThatDoesNotFitIsRefused() throws Exception {
        byte[] bytes = new byte[3 << 20];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        try (SandboxServer sandbox = SandboxProcess.start(0, small());
                Sandbox remote = RemoteSandbox.open(SandboxProcess.url(sandbox.port()) + "/", KEY);
                Session session = remote.begin()) {
            assertThat(session.put("ü %2F?#.bin", bytes.length, new ByteArrayInputStream(bytes))).isEmpty();
            Outcome outcome = session.run(
                    "import os\nos.mkdir('a b')\nn = open('a b/ö.bin', 'wb').write(open('ü %2F?#.bin', 'rb').read())");
            assertThat(outcome.output()).isEmpty();
            assertThat(outcome.files()).containsExactly("a b/ö.bin");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            session.read("a b/ö.bin", bytes.length, out);
            assertThat(out.toByteArray()).isEqualTo(bytes);
            assertThatThrownBy(() -> session.read("none", 1000, new ByteArrayOutputStream()))
                    .isInstanceOf(IOException.class).hasMessageContaining("No such file");
            assertThat(session.put("more.bin", bytes.length, new ByteArrayInputStream(bytes)))
                    .contains("No space left");
            assertThat(session.put("large.bin", 9 << 20, InputStream.nullInputStream())).contains("larger than 8 MiB");
            assertThat(session.run("1 + 1").output()).isEqualTo("2\n");
            assertThatThrownBy(() -> session.read("a b/ö.bin", 1000, new ByteArrayOutputStream()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSessionThatAClientHasIsNotGivenToAnotherOneBetweenItsRequests() throws Exception {
        try (SandboxServer sandbox = SandboxProcess.start(0, small().sessions(1));
                Sandbox remote = RemoteSandbox.open(SandboxProcess.url(sandbox.port()), KEY)) {
            Session first = remote.begin();
            CountDownLatch got = new CountDownLatch(1);
            Thread waiter = Thread.ofVirtual().start(() -> {
                try (Session second = remote.begin()) {
                    assertThat(second.run("2").output()).isEqualTo("2\n");
                    got.countDown();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(first.run("x = 1").how()).isEqualTo(Outcome.How.DONE);
            assertThat(got.await(300, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(first.run("x").output()).isEqualTo("1\n");
            first.close();
            assertThat(got.await(20, TimeUnit.SECONDS)).isTrue();
            waiter.join();
            assertThat(remote.resume(first.id())).isEmpty();
        }
    }
}
