package dev.runnel.server;

import dev.runnel.client.ApiException;
import dev.runnel.client.ChatStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.RunnelException;
import dev.runnel.client.transport.ProxySettings;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.config.ConfigFile;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.routing.ModelNames;
import dev.runnel.server.routing.RoutedModel;
import dev.runnel.server.routing.RoutingPlan;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.LogLines;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Two model servers behind one, as an application sees them: aliases, weights, fall-backs, the circuit, limits, a changed file. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // each test starts the server first
class RoutingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ProxySettings PROXIES = ProxySettings.fromJava();

    @TempDir
    Path folder;

    private final ScriptedModelServer one = ScriptedModelServer.start();
    private final ScriptedModelServer two = ScriptedModelServer.start();
    private RoutedModel model;
    private RunnelServer server;
    private RunnelClient client;

    private RoutingPlan plan(String file) throws IOException {
        Path path = folder.resolve("runnel.yaml");
        Files.writeString(path, file.replace("ONE", one.baseUri().toString()).replace("TWO", two.baseUri().toString()));
        ConfigFile config = ConfigFile.read(path, ServerOptions.OFFERED, Map.of(), _ -> PROXIES);
        return RoutingPlan.of(config.servers(), ModelNames.NONE).withRules(config.names());
    }

    private void start(String file) throws IOException {
        start(plan(file));
    }

    private void start(RoutingPlan plan) {
        one.answer(_ -> Script.chat("from one"));
        two.answer(_ -> Script.chat("from two"));
        model = new RoutedModel(plan);
        server = RunnelServer.start(ServerOptions.local(TestDatabases.url(folder)), model);
        client = RunnelClient.builder().baseUrl("http://127.0.0.1:" + server.port() + "/v1").apiKey(null).maxRetries(0)
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        model.close();
        one.close();
        two.close();
    }

    private static ChatRequest request(String name) {
        return ChatRequest.builder(name, List.of(ChatMessage.user("Hi"))).build();
    }

    private String chat(String name) {
        try (ChatStream stream = client.chat().stream(request(name))) {
            return String.join("", stream.textDeltas());
        }
    }

    private Run run(String name, String thread) {
        String assistant = client.assistants().create(AssistantRequest.builder(name).build()).id();
        Run created = client.runs().create(thread, RunRequest.builder(assistant)
                .additionalMessages(List.of(MessageRequest.user("Hi"))).build());
        return client.runs().await(thread, created.id());
    }

    private String thread() {
        return client.threads().create(ThreadRequest.of()).id();
    }

    private static List<String> models(ScriptedModelServer server) {
        return server.requests().stream().map(RecordedRequest::json).map(json -> json.path("model").asText()).toList();
    }

    @Test
    void namesAliasesPatternsAndWhatIsNotThere() throws IOException {
        one.models("qwen3:32b");
        two.models("llama3", "secret");
        start("""
                servers:
                  gpu1: {url: ONE}
                  gpu2: {url: TWO, hidden: true}
                models:
                  gpt-4o: qwen3:32b on gpu1
                  fast: llama3
                  "claude-*": fast
                  "two/*": "* on gpu2"
                """);
        assertThat(client.models().list()).extracting(ModelInfo::id).containsExactly("qwen3:32b", "gpt-4o", "fast");
        assertThat(List.of(chat("gpt-4o"), chat("qwen3:32b"))).containsOnly("from one");
        assertThat(List.of(chat("fast"), chat("claude-opus"), chat("two/secret"))).containsOnly("from two");
        assertThat(models(one)).containsExactly("qwen3:32b", "qwen3:32b");
        assertThat(models(two)).containsExactly("llama3", "llama3", "secret");
        for (String absent : List.of("nothing", "secret")) {
            assertThatThrownBy(() -> chat(absent)).isInstanceOfSatisfying(ApiException.class, e -> {
                assertThat(e.status()).isEqualTo(404);
                assertThat(e.error().code()).isEqualTo("model_not_found");
            });
        }
    }

    @Test
    void serversAreAskedForTheirModelsAtOnceAndOneThatIsSilentHoldsNobodyUp() throws IOException {
        two.models("llama3");
        try (SilentServer silent = new SilentServer()) {
            start("""
                    servers:
                      gpu1: {url: SILENT}
                      gpu2: {url: TWO}
                    models:
                      fast: llama3 on gpu2
                    """.replace("SILENT", silent.url()));
            long begun = System.nanoTime();
            for (int i = 0; i < 2; i++) {
                assertThat(client.models().list()).extracting(ModelInfo::id).containsExactly("llama3", "fast");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE);
            assertThat(silent.connections()).as("one question at a time").isEqualTo(1);
        }
    }

    /** A server that takes connections and answers nothing. */
    private static final class SilentServer implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<Socket> taken = new CopyOnWriteArrayList<>();

        SilentServer() throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        taken.add(socket.accept());
                    }
                } catch (IOException e) {
                    // closed
                }
            });
        }

        String url() {
            return "http://127.0.0.1:" + socket.getLocalPort() + "/v1";
        }

        int connections() {
            return taken.size();
        }

        @Override
        public void close() throws IOException {
            socket.close();
            for (Socket each : taken) {
                each.close();
            }
        }
    }

    private static final String EQUAL = """
            servers:
              gpu1: {url: ONE, weight: 3, retries: 0, circuit-faults: 2, circuit-pause: 1s}
              gpu2: {url: TWO, retries: 0}
            models:
              m: big on gpu1, gpu2
            """;

    @Test
    void equalServersShareCallsByWeightAndAThreadStaysWithOne() throws IOException {
        start(EQUAL);
        for (int i = 0; i < 8; i++) {
            chat("m");
        }
        assertThat(List.of(one.requests().size(), two.requests().size())).containsExactly(6, 2);

        for (int i = 0; i < 8; i++) {
            int before = one.requests().size();
            String thread = thread();
            for (int round = 0; round < 3; round++) {
                assertThat(run("m", thread).status()).isEqualTo(RunStatus.COMPLETED);
            }
            assertThat(one.requests().size() - before).as("calls of one thread at one server").isIn(0, 3);
        }
    }

    private static final String IN_ORDER = """
            servers:
              gpu1: {url: ONE, retries: 0, circuit-faults: 2, circuit-pause: 1s}
              gpu2: {url: TWO, retries: 0}
            models:
              m: [big on gpu1, small on gpu2]
            """;

    @Test
    void anotherServerAnswersForOneThatFailsBeforeItsFirstToken() throws IOException {
        start(IN_ORDER);
        for (Script fault : List.of(
                Script.error(500, "server_error", "out of memory"), Script.error(429, "rate_limit_error", "too many"),
                Script.reply().close(), Script.midStreamError("server_error", "CUDA error"))) {
            try (LogLines log = LogLines.of("dev.runnel.server.routing.Trip")) {
                one.enqueue(fault);
                Run run = run("m", thread());
                assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
                assertThat(run.model()).isEqualTo("m");
                RunStep step = client.runs().steps(run.threadId(), run.id()).iterator().next();
                assertThat(step.metadata()).containsEntry("runnel_server", "gpu2").containsEntry("runnel_model",
                        "small");
                assertThat(step.metadata().get("runnel_fallback")).startsWith("gpu1: ");
                assertThat(log.lines())
                        .anyMatch(line -> line.contains("model m: gpu1 failed, and another server is asked"));
            }
            one.enqueue(Script.chat("well again")); // or the circuit would open
            chat("m");
            one.enqueue(fault);
            assertThat(chat("m")).isEqualTo("from two");
            chat("m");
        }
    }

    @Test
    void afterTheFirstTokenAndForAWrongRequestNoOtherServerIsAsked() throws IOException {
        start(IN_ORDER);
        one.enqueue(Script.midStreamError("server_error", "CUDA error", "Once"));
        assertThat(run("m", thread()).status()).isEqualTo(RunStatus.FAILED);
        one.enqueue(Script.error(400, "invalid_request_error", "no such option"));
        assertThatThrownBy(() -> chat("m")).isInstanceOfSatisfying(ApiException.class,
                e -> assertThat(e.status()).isEqualTo(400));
        assertThat(two.requests()).isEmpty();
    }

    @Test
    void aServerThatKeepsFailingIsLeftAloneAndTriedAgain() throws IOException, InterruptedException {
        start(IN_ORDER);
        one.answer(_ -> Script.error(500, "server_error", "broken"));
        try (LogLines log = LogLines.of("dev.runnel.server.routing.UpstreamServer")) {
            for (int i = 0; i < 6; i++) {
                assertThat(chat("m")).isEqualTo("from two");
            }
            assertThat(one.requests()).hasSize(2);
            assertThat(log.lines())
                    .anyMatch(line -> line.contains("gpu1 failed 2 times in a row, and is left alone for 1 s"));
        }
        one.answer(_ -> Script.chat("from one"));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!chat("m").equals("from one")) {
            assertThat(System.nanoTime()).as("it is tried again").isLessThan(end);
            Thread.sleep(50);
        }
        assertThat(chat("m")).isEqualTo("from one");
    }

    @Test
    void aServerAloneThatKeepsFailingIsNotAsked() throws IOException {
        start("servers: {gpu1: {url: ONE, retries: 0, circuit-faults: 1, circuit-pause: 1h}}");
        one.answer(_ -> Script.error(500, "server_error", "broken"));
        assertThatThrownBy(() -> chat("m")).hasMessageContaining("broken");
        assertThatThrownBy(() -> chat("m")).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.status()).isEqualTo(503);
            assertThat(e.retryAfter()).isPresent();
        });
        assertThat(one.requests()).hasSize(1);
    }

    /** Or clients that ask for names which nobody has would take the server from all others. */
    @Test
    void aModelThatTheServerDoesNotHaveIsNoFaultOfTheServer() throws IOException {
        start("servers: {gpu1: {url: ONE, retries: 0, circuit-faults: 1, circuit-pause: 1h}}");
        one.enqueue(Script.error(404, "invalid_request_error", "no such model"),
                Script.error(404, "invalid_request_error", "no such model"));
        assertThat(run("nothing", thread()).status()).isEqualTo(RunStatus.FAILED);
        assertThatThrownBy(() -> chat("nothing")).hasMessageContaining("no such model");
        assertThat(chat("m")).isEqualTo("from one");
    }

    @Test
    void aHiddenServerAnswersForNamesOfTheFileOnly() throws IOException {
        one.models("big");
        start("servers: {gpu1: {url: ONE, hidden: true}}\nmodels: {m: big}");
        assertThat(client.models().list()).extracting(ModelInfo::id).containsExactly("m");
        assertThat(chat("m")).isEqualTo("from one");
        assertThatThrownBy(() -> chat("big")).isInstanceOfSatisfying(ApiException.class,
                e -> assertThat(e.status()).isEqualTo(404));
    }

    @Test
    void aFullServerIsPassedOverAndCallsWaitIfAllAreFull() throws Exception {
        start("""
                servers:
                  gpu1: {url: ONE, max-concurrent: 1}
                  gpu2: {url: TWO, requests-per-minute: 1}
                models:
                  m: [big on gpu1, small on gpu2]
                """);
        Gate gate = new Gate();
        one.enqueue(Script.reply("slow").gate(gate).end("stop"));
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> chat("m"));
        one.awaitRequest(0, PATIENCE);
        assertThat(chat("m")).isEqualTo("from two");
        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> chat("m"));
        assertThat(waiting.isDone()).isFalse();
        gate.open();
        assertThat(first.get()).isEqualTo("slow");
        assertThat(waiting.get()).isEqualTo("from one");
        assertThat(two.requests()).hasSize(1);
    }

    @Test
    void tokensCountAgainstTheLimitWhenACallIsOver() throws IOException {
        start("""
                servers:
                  gpu1: {url: ONE, tokens-per-minute: 100}
                  gpu2: {url: TWO}
                models:
                  m: [big on gpu1, small on gpu2]
                """);
        one.answer(_ -> Script.chatWithUsage(400, 100, "from one"));
        Run run = run("m", thread());
        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(IntStream.range(0, 3).mapToObj(_ -> chat("m"))).containsOnly("from two");
    }

    @Test
    void aChangedPlanLeavesOpenStreamsAlone() throws Exception {
        start(IN_ORDER);
        Gate gate = new Gate();
        one.enqueue(Script.reply("Once ").gate(gate).text("upon").end("stop"));
        try (ChatStream stream = client.chat().stream(request("m"))) {
            var texts = stream.textDeltas().iterator();
            assertThat(texts.next()).isEqualTo("Once ");
            model.replace(plan("servers: {gpu2: {url: TWO}}\nmodels: {m: other on gpu2}"));
            assertThat(chat("m")).isEqualTo("from two");
            gate.open();
            assertThat(texts.next()).isEqualTo("upon");
        }
        assertThat(models(two)).containsExactly("other");
    }

    @Test
    void embeddingsAreNotMadeByAnotherModel() throws IOException {
        start(IN_ORDER);
        one.answer(_ -> Script.error(500, "server_error", "broken"));
        assertThatThrownBy(() -> client.embeddings().createRaw("{\"model\": \"m\", \"input\": \"x\"}".getBytes(
                StandardCharsets.UTF_8))).isInstanceOf(RunnelException.class);
        assertThat(two.requests()).isEmpty();
    }
}
