package dev.runnel.server;

import dev.runnel.client.RunnelClient;
import dev.runnel.client.transport.TlsSettings;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.edge.PemPair;
import dev.runnel.server.model.OpenAiModel;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.TLS_CERT;
import static dev.runnel.server.options.ServerOptions.TLS_KEY;
import static org.assertj.core.api.Assertions.assertThat;

/** The whole server over TLS, as clients of other authors speak HTTP/2 to it, and our own HTTP/1.1. */
@Timeout(180)
class EncryptedServerTest {
    private static final String CHAT = """
            {"model": "m", "stream": true, "messages": [{"role": "user", "content": "Hi"}]}""";

    @TempDir
    Path folder;

    private final ScriptedModelServer models = ScriptedModelServer.start();
    private PemPair shown;
    private OpenAiModel model;
    private RunnelServer server;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        shown = PemPair.make(folder, "server");
        model = new OpenAiModel(models.baseUri().toString(), "model-key");
        server = RunnelServer.start(ServerOptions.local(TestDatabases.url(folder))
                .with(TLS_CERT, shown.certificate().toString()).with(TLS_KEY, shown.key().toString()), model);
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2)
                .sslContext(TlsSettings.trusting(shown.certificate()).context()).build();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
        model.close();
        models.close();
    }

    private String url(String path) {
        return "https://localhost:" + server.port() + "/v1" + path;
    }

    private static HttpRequest.Builder post(String url, BodyPublisher body, String type) {
        return HttpRequest.newBuilder(URI.create(url)).header("Content-Type", type).POST(body);
    }

    private HttpRequest json(String path, String body) {
        return post(url(path), BodyPublishers.ofString(body), "application/json").build();
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws Exception {
        HttpResponse<T> response = client.send(request, handler);
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).as("%s", response.body()).isEqualTo(200);
        return response;
    }

    private static String readUntil(BufferedReader lines, String wanted) throws IOException {
        StringBuilder read = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            read.append(line).append('\n');
            if (line.contains(wanted)) {
                return read.toString();
            }
        }
        throw new AssertionError("the stream ended without '" + wanted + "': " + read);
    }

    private static BufferedReader lines(HttpResponse<InputStream> response) {
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    @Test
    void aRunIsStreamedTokenByToken() throws Exception {
        Gate gate = new Gate();
        models.enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        String assistant = Answer.tree(send(json("/assistants", "{\"model\":\"m\"}"), BodyHandlers.ofString()).body())
                .path("id").asText();
        HttpResponse<InputStream> stream = send(json("/threads/runs", """
                {"assistant_id": "%s", "stream": true, "thread": {"messages": [{"role": "user", "content": "Hi"}]}}"""
                .formatted(assistant)), BodyHandlers.ofInputStream());
        try (BufferedReader lines = lines(stream)) {
            readUntil(lines, "\"value\":\"Hel\""); // while the model has said no more
            gate.open();
            assertThat(readUntil(lines, "[DONE]")).contains("\"value\":\"lo\"", "event: thread.run.completed");
            assertThat(lines.lines().filter(line -> !line.isEmpty())).isEmpty();
        }
    }

    @Test
    void aCompletionEndsWithItsStreamAndTheOthersOfTheConnectionGoOn() throws Exception {
        Gate gate = new Gate();
        models.enqueue(Script.reply("Hel").stall(), Script.reply("Good").gate(gate).text(" day").end("stop"));
        BufferedReader left = lines(send(json("/chat/completions", CHAT), BodyHandlers.ofInputStream()));
        readUntil(left, "\"content\":\"Hel\"");
        try (BufferedReader stays = lines(send(json("/chat/completions", CHAT), BodyHandlers.ofInputStream()))) {
            readUntil(stays, "\"content\":\"Good\"");
            left.close();
            RecordedRequest call = models.awaitRequest(0, TestServer.PATIENCE);
            assertThat(call.awaitDisconnect(TestServer.PATIENCE)).isTrue();
            gate.open();
            assertThat(readUntil(stays, "[DONE]")).contains("\"content\":\" day\"");
        }
    }

    @Test
    void manyCompletionsAtOnceShareAConnection() throws Exception {
        models.answer(_ -> Script.chat("Hel", "lo"));
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        send(HttpRequest.newBuilder(URI.create(url("/models"))).build(), BodyHandlers.ofString());
        for (int i = 0; i < 60; i++) {
            answers.add(client.sendAsync(json("/chat/completions", CHAT), BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS).body()).contains(
                    "\"content\":\"lo\"", "[DONE]");
        }
    }

    @Test
    void aLargeFileGoesThereAndBack() throws Exception {
        byte[] content = new byte[20 * 1024 * 1024];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 + i / 997);
        }
        String boundary = "b-o-u-n-d-a-r-y";
        String before = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nassistants\r\n--"
                + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"large.bin\"\r\n\r\n";
        BodyPublisher form = BodyPublishers.concat(BodyPublishers.ofString(before), BodyPublishers.ofByteArray(content),
                BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
        HttpResponse<String> uploaded = send(
                post(url("/files"), form, "multipart/form-data; boundary=" + boundary).build(),
                BodyHandlers.ofString());
        String file = Answer.tree(uploaded.body()).path("id").asText();
        HttpRequest download = HttpRequest.newBuilder(URI.create(url("/files/" + file + "/content"))).build();
        assertThat(send(download, BodyHandlers.ofByteArray()).body()).isEqualTo(content);
    }

    @Test
    void ourClientIsServedBesideThem() throws Exception {
        models.enqueue(Script.chat("Hel", "lo"));
        try (RunnelClient ours = RunnelClient.builder().baseUrl(url(""))
                .tls(TlsSettings.trusting(shown.certificate())).build();
                var stream = ours.chat().stream(
                        ChatRequest.builder("m", List.of(ChatMessage.user("Hi"))).build())) {
            StringBuilder text = new StringBuilder();
            stream.textDeltas().forEach(text::append);
            assertThat(text).hasToString("Hello");
        }
    }

    /** What a program of another author prints, which is given the URL and the certificate to trust. */
    private String printed(String needed, String... command) throws Exception {
        Assumptions.assumeTrue(
                new ProcessBuilder("sh", "-c", needed).redirectErrorStream(true).start().waitFor() == 0,
                "not here: " + needed);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("URL", url(""));
        builder.environment().put("CERTIFICATE", shown.certificate().toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }

    @Test
    void curlSpeaksHttp2() throws Exception {
        models.enqueue(Script.chat("Hel", "lo"));
        Path body = Files.writeString(folder.resolve("body.json"), CHAT);
        String printed = printed("curl --version | grep -q HTTP2", "sh", "-c",
                "curl -sS --http2 --max-time 50 --cacert \"$CERTIFICATE\" -w '%{http_version} %{http_code}'"
                        + " -H 'Content-Type: application/json' --data-binary @" + body + " \"$URL/chat/completions\"");
        assertThat(printed).contains("\"content\":\"Hel\"", "\"content\":\"lo\"", "[DONE]").endsWith("2 200");
    }

    @Test
    void nodeSpeaksHttp2() throws Exception {
        models.answer(_ -> Script.chat("Hel", "lo"));
        String printed = printed("command -v node", "node", "--input-type=module", "-e", """
                import http2 from 'node:http2';
                import fs from 'node:fs';
                const url = new URL(process.env.URL);
                const session = http2.connect(url.origin, {ca: fs.readFileSync(process.env.CERTIFICATE)});
                const ask = () => new Promise((resolve, reject) => {
                  const stream = session.request({':method': 'POST', ':path': url.pathname + '/chat/completions',
                    'content-type': 'application/json'});
                  let text = '';
                  stream.setEncoding('utf8').on('data', piece => text += piece)
                    .on('end', () => resolve(text)).on('error', reject);
                  stream.end(process.argv[1]);
                });
                const texts = await Promise.all(Array.from({length: 20}, ask));
                console.log(texts.filter(text => text.includes('[DONE]')).length, session.alpnProtocol);
                session.close();
                """, CHAT);
        assertThat(printed.lines().collect(Collectors.joining())).isEqualTo("20 h2");
    }
}
