package dev.runnel.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.client.ChatStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.chat.ChatMessage;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** {@code runnel serve --config}, and {@code runnel config check}. */
@Timeout(180)
class ConfigTest {
    private static final Pattern LISTENS = Pattern.compile("listens at (http://127\\.0\\.0\\.1:\\d+/v1)");

    @TempDir
    Path folder;

    private final ScriptedModelServer one = ScriptedModelServer.start();
    private final ScriptedModelServer two = ScriptedModelServer.start();

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    private void write(String text) throws IOException {
        Files.writeString(folder.resolve("runnel.yaml"), text.replace("ONE", one.baseUri().toString())
                .replace("TWO", two.baseUri().toString()));
    }

    private static String url(Command server) throws InterruptedException {
        Matcher listens = LISTENS.matcher(server.awaitError("Ctrl-C stops it"));
        assertThat(listens.find()).isTrue();
        return listens.group(1);
    }

    @Test
    void aFileNamesTwoServersAndWhichOfThemAnswersForAName() throws IOException, InterruptedException {
        one.models("qwen3:32b");
        two.models("llama3");
        one.answer(request -> Script.chat("from one"));
        two.answer(request -> Script.chat("from two"));
        write("""
                port: 0
                database: sqlite:named.db
                servers:
                  gpu1: {url: "ONE", key-env: GPU1_KEY}
                  gpu2: {url: "TWO", headers: {X-Team: search}, body: {seed: 7}}
                models:
                  gpt-4o: qwen3:32b on gpu1
                  gpt-4: llama3
                """);
        try (Command server = Command.start(folder, Map.of("GPU1_KEY", "secret-of-gpu1"), "serve", "--config",
                "runnel.yaml");
                RunnelClient client = RunnelClient.builder().baseUrl(url(server)).apiKey(null).build()) {
            assertThat(server.err()).contains("gpt-4o → qwen3:32b on gpu1, gpt-4 → llama3", "named.db");

            assertThat(EndedRun.of(client, "gpt-4o").status()).isEqualTo(RunStatus.COMPLETED);
            assertThat(one.requests().getFirst().json().path("model").asText()).isEqualTo("qwen3:32b");
            assertThat(one.requests().getFirst().headers().get("authorization")).isEqualTo("Bearer secret-of-gpu1");

            assertThat(EndedRun.of(client, "gpt-4").status()).isEqualTo(RunStatus.COMPLETED);
            assertThat(two.requests().getFirst().json().path("model").asText()).isEqualTo("llama3");
            assertThat(two.requests().getFirst().json().path("seed").asInt()).isEqualTo(7);
            assertThat(two.requests().getFirst().headers().get("x-team")).isEqualTo("search");

            assertThat(client.models().list()).extracting(ModelInfo::id)
                    .containsExactly("qwen3:32b", "llama3", "gpt-4o", "gpt-4");
        }
    }

    @Test
    void theCommandLineCountsMoreThanTheEnvironmentAndThatMoreThanTheFile() throws IOException, InterruptedException {
        write("port: 0\ndatabase: sqlite:of-the-file.db\nmodel-url: ONE\nmodel: of-the-file\n");
        Map<String, String> environment = Map.of("RUNNEL_CONFIG", "runnel.yaml", "RUNNEL_MODEL", "of-the-environment",
                "RUNNEL_DATABASE", "sqlite:of-the-environment.db");
        try (Command server = Command.start(folder, environment, "serve", "--database", "sqlite:typed.db")) {
            url(server);
            assertThat(server.err()).contains("typed.db", "→ of-the-environment", one.baseUri().toString())
                    .doesNotContain("of-the-file");
        }
    }

    @Test
    void aMistakeIsRefusedAtTheStartAndByTheCheck() throws IOException {
        write("servers:\n  gpu1: {url: ONE, max-concurrent: 0}\n");
        String mistake = ": max-concurrent: '0' is not a number from 1";
        Command.Result check = Command.run(folder, "config", "check", "runnel.yaml");
        assertThat(check.code()).isEqualTo(1);
        assertThat(check.err()).startsWith("runnel: runnel.yaml, line 2, column ").contains(mistake).hasLineCount(1);
        Command.Result start = Command.run(folder, "serve", "--config", "runnel.yaml");
        assertThat(start.code()).isEqualTo(2);
        assertThat(start.err()).startsWith("runnel: runnel.yaml, line 2, column ").contains(mistake);
        Command.Result served = Command.run(folder, "serve", "--config", "missing.yaml");
        assertThat(served.code()).isEqualTo(2);
        assertThat(served.err()).contains("there is no file missing.yaml");
    }

    @Test
    void projectsHaveKeysAndLimitsWhichASignalChanges() throws IOException, InterruptedException {
        one.answer(_ -> Script.chat("from one"));
        Map<String, String> environment = Map.of("SEARCH_KEY", "sk-search-0123456789");
        String file = """
                port: 0
                database: sqlite:limits.db
                model-url: ONE
                projects:
                  search: {key-env: SEARCH_KEY, requests-per-minute: %s, models: %s}
                """;
        write(file.formatted("1", "m"));
        try (Command check = Command.start(folder, environment, "config", "check", "runnel.yaml")) {
            assertThat(check.end("").err()).contains("project search  1 key; models m; 1 requests a minute\n");
        }
        try (Command server = Command.start(folder, environment, "serve", "--config", "runnel.yaml");
                RunnelClient client = RunnelClient.builder().baseUrl(url(server)).apiKey("sk-search-0123456789")
                        .maxRetries(0).build();
                RunnelClient stranger = RunnelClient.builder().baseUrl(url(server)).apiKey(null).build()) {
            assertThat(server.err()).contains("OPENAI_API_KEY=ONE_OF_THE_KEYS");
            assertThatThrownBy(() -> stranger.models().list()).hasMessageContaining("API key");
            assertThat(EndedRun.of(client, "m").status()).isEqualTo(RunStatus.COMPLETED);
            assertThatThrownBy(() -> EndedRun.of(client, "m"))
                    .hasMessageContaining("requests per min (RPM): Limit 1");

            write(file.formatted("0", "n"));
            server.signal("HUP");
            server.awaitError("was not taken, and what it said before counts: runnel.yaml, line 5, column 54: "
                    + "requests-per-minute: '0' is not");
            write(file.formatted("2", "n"));
            server.signal("HUP");
            server.awaitError("the configuration file was read again");
            assertThatThrownBy(() -> EndedRun.of(client, "m"))
                    .hasMessageContaining("Project `search` does not have access to model `m`");
            assertThat(EndedRun.of(client, "n").status()).isEqualTo(RunStatus.COMPLETED);
        }
    }

    @Test
    void aSignalHasTheFileReadAgainAndAMistakeChangesNothing() throws IOException, InterruptedException {
        one.answer(_ -> Script.chat("from one"));
        two.answer(_ -> Script.chat("from two"));
        String servers = "port: 0\ndatabase: sqlite:again.db\nservers: {gpu1: {url: ONE}, gpu2: {url: TWO}}\n";
        write(servers + "models: {m: big on gpu1}\n");
        try (Command server = Command.start(folder, Map.of(), "serve", "--config", "runnel.yaml");
                RunnelClient client = RunnelClient.builder().baseUrl(url(server)).apiKey(null).build()) {
            assertThat(EndedRun.of(client, "m").status()).isEqualTo(RunStatus.COMPLETED);
            Gate gate = new Gate();
            one.enqueue(Script.reply("Once ").gate(gate).text("upon").end("stop"));
            try (ChatStream stream = client.chat().stream(
                    ChatRequest.builder("m", List.of(ChatMessage.user("Hi"))).build())) {
                Iterator<String> texts = stream.textDeltas().iterator();
                assertThat(texts.next()).isEqualTo("Once ");

                write(servers + "models: {m: small on gpu2}\nmax-runs: 5\n");
                Command.Result told = Command.run(folder, "reload", Long.toString(server.pid()));
                assertThat(told.code()).isZero();
                server.awaitError("count from the next start on: max-runs");
                assertThat(EndedRun.of(client, "m").status()).isEqualTo(RunStatus.COMPLETED);
                assertThat(two.requests()).hasSize(1);

                write(servers + "models: {m: small on gpu3}\n");
                server.signal("HUP");
                server.awaitError("was not taken, and what it said before counts: runnel.yaml, line 4, column 13: "
                        + "there is no server 'gpu3'");
                assertThat(EndedRun.of(client, "m").status()).isEqualTo(RunStatus.COMPLETED);
                assertThat(two.requests()).hasSize(2);

                gate.open();
                assertThat(texts.next()).isEqualTo("upon");
            }
        }
    }

    @Test
    void eachRequestIsALineOfTheLogIfThatIsWanted() throws IOException, InterruptedException {
        write("port: 0\ndatabase: sqlite:lines.db\nmodel-url: ONE\naccess-log: true\nlog-format: json\n");
        try (Command server = Command.start(folder, Map.of(), "serve", "--config", "runnel.yaml");
                RunnelClient client = RunnelClient.builder().baseUrl(url(server)).apiKey(null).build()) {
            assertThat(EndedRun.of(client, "m").status()).isEqualTo(RunStatus.COMPLETED);
            server.awaitError(" POST /v1/threads/runs 200 ");
            List<JsonNode> lines = server.err().lines().filter(line -> line.startsWith("{"))
                    .map(line -> Json.readTree(line.getBytes(StandardCharsets.UTF_8))).toList();
            assertThat(lines).anySatisfy(line -> {
                assertThat(line.path("level").asText()).isEqualTo("INFO");
                assertThat(line.path("time").asText()).isNotEmpty();
                assertThat(line.path("message").asText())
                        .matches("req_\\w+ default POST /v1/threads/runs 200 \\d+ ms");
            });
        }
    }
}
