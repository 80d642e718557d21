package dev.runnel.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.json.Json;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Names that applications ask for, on a model server that has others. */
@Timeout(180)
class AliasTest {
    private static final Pattern LISTENS = Pattern.compile("listens at (http://127\\.0\\.0\\.1:\\d+/v1)");
    private static final String QUESTION = """
            {"stream": %s, "metadata": {"model": "inner"}, "model": "%s", "messages": [{"role": "user", "content": "Hi"}]}""";

    @TempDir
    Path folder;

    private final ScriptedModelServer models = ScriptedModelServer.start();

    @AfterEach
    void stop() {
        models.close();
    }

    private Command serve(Map<String, String> environment, String... options) {
        List<String> words = new ArrayList<>(List.of(
                "serve", "--port", "0", "--database", "sqlite:names.db", "--model-url", models.baseUri().toString()));
        words.addAll(List.of(options));
        return Command.start(folder, environment, words.toArray(String[]::new));
    }

    private static String url(Command server) throws InterruptedException {
        Matcher listens = LISTENS.matcher(server.awaitError("Ctrl-C stops it"));
        assertThat(listens.find()).isTrue();
        return listens.group(1);
    }

    private static String post(String base, String body) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(base + "/chat/completions"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body)).build(), BodyHandlers.ofString()).body();
        }
    }

    /** The model that the model server was asked for. */
    private String asked(int request) throws InterruptedException {
        return models.awaitRequest(request, Command.PATIENCE).json().path("model").asText();
    }

    @Test
    void runsChatsAndListsKnowAnAliasAndTheModelServerItsOwnNameOnly() throws IOException, InterruptedException {
        models.models("qwen3:32b", "llama3");
        models.answer(request -> Script.chat("Hel", "lo"));
        try (Command server = serve(Map.of(), "--alias", "gpt-4o=qwen3:32b", "--alias", "gpt-4=llama3");
                RunnelClient client = RunnelClient.builder().baseUrl(url(server)).apiKey(null).build()) {
            assertThat(server.err()).contains(": qwen3:32b, llama3",
                    "aliases  gpt-4o → qwen3:32b, gpt-4 → llama3\n");

            Run run = EndedRun.of(client, "gpt-4o");
            assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
            assertThat(run.model()).isEqualTo("gpt-4o");
            assertThat(asked(0)).isEqualTo("qwen3:32b");

            String streamed = post(url(server), QUESTION.formatted(true, "gpt-4"));
            assertThat(streamed).contains("\"model\":\"gpt-4\"").doesNotContain("llama3").endsWith("[DONE]\n\n");
            assertThat(asked(1)).isEqualTo("llama3");
            assertThat(models.requests().get(1).json().at("/metadata/model").asText()).isEqualTo("inner");

            models.answer(request -> Script.json(200, "{\"choices\":[], \"model\" : \"llama3\",\"x\":1.50}"));
            assertThat(post(url(server), QUESTION.formatted(false, "gpt-4")))
                    .isEqualTo("{\"choices\":[], \"model\" : \"gpt-4\",\"x\":1.50}");
            assertThat(post(url(server), QUESTION.formatted(false, "llama3"))).contains("\"model\" : \"llama3\"");

            assertThat(client.models().list()).extracting(ModelInfo::id)
                    .containsExactly("qwen3:32b", "llama3", "gpt-4o", "gpt-4");
            assertThat(server.err()).contains("the model qwen3:32b answers for gpt-4o",
                    "the model llama3 answers for gpt-4");
        }
    }

    @Test
    void theLineOfAFailureNamesBothModels() throws IOException, InterruptedException {
        models.models("qwen3:32b");
        models.answer(request -> Script.error(400, "server_error", "burnt"));
        try (Command server = serve(Map.of(), "--alias", "gpt-4o=qwen3:32b", "--model", "qwen3:32b");
                RunnelClient client = RunnelClient.builder().baseUrl(url(server)).apiKey(null).build()) {
            Run run = EndedRun.of(client, "gpt-4o");
            assertThat(run.status()).isEqualTo(RunStatus.FAILED);
            assertThat(server.awaitError("run " + run.id() + " failed: "))
                    .contains("(model gpt-4o, answered by qwen3:32b, request ");
            assertThat(EndedRun.of(client, "o9").status()).isEqualTo(RunStatus.FAILED);
            assertThat(EndedRun.of(client, "qwen3:32b").status()).isEqualTo(RunStatus.FAILED);
            assertThat(server.awaitError("(model o9, answered by qwen3:32b, request "))
                    .isNotEmpty();
            assertThat(server.awaitError("(model qwen3:32b, request ")).isNotEmpty();

            models.answer(request -> Script.error(503, "server_error", "burnt"));
            post(url(server), QUESTION.formatted(false, "gpt-4o"));
            assertThat(server.awaitError("a chat completion failed: "))
                    .contains("(model gpt-4o, answered by qwen3:32b, request ");
        }
    }

    @Test
    void oneModelAnswersForAllOtherNames() throws IOException, InterruptedException {
        models.models("qwen3:32b", "llama3");
        models.answer(request -> Script.chat("Hello"));
        try (Command server = serve(Map.of("RUNNEL_ALIASES", "gpt-4o=qwen3:32b, *=llama3"))) {
            assertThat(url(server)).isNotEmpty();
            assertThat(server.err()).contains("gpt-4o → qwen3:32b, all other names → llama3");
            for (String name : List.of("gpt-4o", "o9-preview", "qwen3:32b")) {
                post(url(server), QUESTION.formatted(false, name));
            }
            assertThat(List.of(asked(0), asked(1), asked(2))).containsExactly("qwen3:32b", "llama3", "qwen3:32b");
            JsonNode found = Json.readTree(get(url(server) + "/models/o9-preview"));
            assertThat(found.path("id").asText()).isEqualTo("o9-preview");
        }
    }

    private static byte[] get(String url) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray()).body();
        }
    }

    @Test
    void aModelStandsInForNamesThatTheModelServerDoesNotHave() throws IOException, InterruptedException {
        models.models("qwen3:32b", "llama3");
        models.answer(request -> Script.chat("Hello"));
        try (Command server = serve(Map.of(), "--model", "qwen3:32b")) {
            for (String name : List.of("gpt-4o", "llama3")) {
                post(url(server), QUESTION.formatted(false, name));
            }
            assertThat(List.of(asked(0), asked(1))).containsExactly("qwen3:32b", "llama3");
        }
    }

    @Test
    void anAliasForNothingIsPointedOutAndAModelServerThatIsDownStopsNothing() throws InterruptedException {
        models.models("qwen3:32b");
        try (Command server = serve(Map.of(), "--alias", "gpt-4o=qwen3:99b")) {
            url(server);
            assertThat(server.err()).contains("The model server does not list qwen3:99b.");
        }
        models.close();
        try (Command server = serve(Map.of(), "--alias", "gpt-4o=qwen3:32b")) {
            url(server);
            assertThat(server.err()).contains("which does not answer yet", "gpt-4o → qwen3:32b");
        }
    }

    @Test
    void modelsWithoutANameAreLeftOutOfListsAndGreetings() throws IOException, InterruptedException {
        models.answerModels(Script.json(200, "{\"data\":[{\"id\":\"llama3\"},{\"name\":\"b\"},null,{\"id\":null}]}"));
        models.answer(request -> Script.chat("Hello"));
        for (String option : List.of("--no-page", "--model=llama3", "--alias=gpt-4o=llama3")) {
            try (Command server = serve(Map.of(), option)) {
                String url = url(server);
                assertThat(server.err()).contains(": llama3\n");
                assertThat(post(url, QUESTION.formatted(false, "llama3"))).contains("Hello");
                assertThat(Json.readTree(get(url + "/models")).path("data").valueStream()
                        .map(each -> each.path("id").asText()))
                        .startsWith("llama3").doesNotContain("b", "");
            }
        }
        String url = models.baseUri().toString();
        assertThat(Command.run(folder, "models", "--model-url", url).out()).isEqualTo("llama3\n");
        assertThat(Command.run(folder, "run", "--model-url", url, "Hi").out()).isEqualTo("Hello\n");
        assertThat(Command.run(folder, "doctor", "--model-url", url).out()).contains("GET /models lists 1 model ");
    }

    @Test
    void aListThatIsAnErrorIsThatError() {
        models.answerModels(Script.json(200, "{\"error\":{\"message\":\"no list\"}}"));
        for (String command : List.of("models", "run")) {
            List<String> words = new ArrayList<>(List.of(command, "--model-url", models.baseUri().toString()));
            words.addAll(command.equals("run") ? List.of("Hi") : List.of());
            Command.Result result = Command.run(folder, words.toArray(String[]::new));
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.err()).contains("no list").doesNotContain("lists no model");
        }
    }

    @Test
    void whatIsNoAliasIsRefusedInALine() {
        for (Map.Entry<String, String> wrong : Map.of(
                "gpt-4o", "write NAME=MODEL, as in gpt-4o=qwen3:32b",
                "=x", "is not an alias",
                "a=b,b=c", "write a=c",
                "a=b,a=c", "the alias a has two models: b and c").entrySet()) {
            Command.Result result = Command.run(folder, "serve", "--alias", wrong.getKey());
            assertThat(result.code()).isEqualTo(2);
            assertThat(result.err()).startsWith("runnel: --alias: ").contains(wrong.getValue());
        }
    }
}
