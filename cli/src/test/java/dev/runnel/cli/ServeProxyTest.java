package dev.runnel.cli;

import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

/** The model calls of {@code runnel serve} through a proxy that the environment names. The model server's host exists behind the proxy only. */
@Timeout(180)
class ServeProxyTest {
    private static final String MODELS = "//models.invalid/v1";

    @TempDir
    Path folder;

    /** One run on a server that is started with this environment. */
    private Run run(Map<String, String> environment) throws InterruptedException {
        try (Command server = Command.start(folder, environment, "serve", "--port", "0")) {
            Matcher listens = Pattern.compile("listens at (\\S+)").matcher(server.awaitError("Ctrl-C stops it"));
            assertThat(listens.find()).isTrue();
            try (RunnelClient client = RunnelClient.builder().baseUrl(listens.group(1)).build()) {
                String assistant = client.assistants().create(AssistantRequest.builder("far").build()).id();
                Run run = client.runs().createWithThread(RunRequest.builder(assistant)
                        .thread(ThreadRequest.of(MessageRequest.user("Hi"))).build());
                return client.runs().await(run.threadId(), run.id());
            }
        }
    }

    private static String error(Run run) {
        return requireNonNull(run.lastError()).message();
    }

    @Test
    void aPlainModelServerIsAskedThroughHttpProxy() throws InterruptedException {
        try (ScriptedModelServer proxy = ScriptedModelServer.start()) {
            proxy.answer(request -> Script.chat("Hello"));
            Run run = run(Map.of("RUNNEL_MODEL_URL", "http:" + MODELS, "HTTP_PROXY",
                    "127.0.0.1:" + proxy.baseUri().getPort()));

            assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
            assertThat(proxy.awaitRequest(0, Command.PATIENCE).path())
                    .isEqualTo("http:" + MODELS + "/chat/completions");
        }
    }

    @Test
    void anEncryptedModelServerIsAskedThroughHttpsProxyUnlessNoProxyNamesIt() throws IOException, InterruptedException {
        try (ClosedProxy proxy = new ClosedProxy()) {
            Run run = run(Map.of("RUNNEL_MODEL_URL", "https:" + MODELS, "HTTPS_PROXY", proxy.url()));

            assertThat(error(run)).contains("proxy", proxy.url().substring("http://".length()), "403");
            assertThat(proxy.seen).isNotEmpty().allMatch("CONNECT models.invalid:443 HTTP/1.1"::equals);

            proxy.seen.clear();
            Run excepted = run(Map.of("RUNNEL_MODEL_URL", "https:" + MODELS, "HTTPS_PROXY", proxy.url(), "NO_PROXY",
                    "localhost, .invalid"));
            assertThat(error(excepted)).contains("models.invalid").doesNotContain("proxy");
            assertThat(proxy.seen).isEmpty();
        }
    }

    /** A proxy that lets nobody through, and remembers the first line of each request. */
    private static final class ClosedProxy implements AutoCloseable {
        final List<String> seen = new CopyOnWriteArrayList<>();
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

        ClosedProxy() throws IOException {
            Thread.ofVirtual().start(this::serve);
        }

        String url() {
            return "http://127.0.0.1:" + server.getLocalPort();
        }

        private void serve() {
            while (!server.isClosed()) {
                try (Socket client = server.accept();
                        BufferedReader in = new BufferedReader(
                                new InputStreamReader(client.getInputStream(), ISO_8859_1))) {
                    seen.add(in.readLine());
                    while (!in.readLine().isEmpty()) {
                        // The rest of the head says nothing new.
                    }
                    client.getOutputStream().write(
                            "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .getBytes(ISO_8859_1));
                } catch (IOException e) {
                    // One connection, or the proxy itself, was closed.
                }
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
