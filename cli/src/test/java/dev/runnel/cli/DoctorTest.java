package dev.runnel.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.runnel.protocol.json.Json;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code runnel doctor}: what it sees of servers that work, and of those that do not. */
@Timeout(180)
class DoctorTest {
    private static final String KEY = "sk-0123456789abcdefWXYZ";
    private static final String[] NUMBERS = IntStream.rangeClosed(1, 40).mapToObj(n -> n + " ").toArray(String[]::new);

    @TempDir
    Path folder;

    private Served served;

    @BeforeEach
    void serve() {
        served = new Served(folder);
        served.models.answer(request -> Script.chat(NUMBERS).paced(Duration.ofMillis(20)));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private Command.Result doctor(Map<String, String> environment, String... options) {
        String[] words = Stream.concat(Stream.of("doctor"), Arrays.stream(options)).toArray(String[]::new);
        try (Command command = Command.start(folder, environment, words)) {
            return command.end("");
        }
    }

    private Command.Result models(String... options) {
        return doctor(Map.of("RUNNEL_MODEL_URL", served.models.baseUri().toString()), options);
    }

    private static String line(Command.Result result, String check) {
        return result.out().lines().filter(line -> line.matches("[✓✗–] " + check + " .*")).findFirst()
                .orElseThrow(() -> new AssertionError("nothing of " + check + " in " + result));
    }

    private static List<String> wrong(Command.Result result) {
        return result.out().lines().filter(line -> line.startsWith("✗")).toList();
    }

    @Test
    void aServerThatWorksIsFineAndNothingIsLeftThere() {
        Command.Result result = doctor(Map.of("RUNNEL_API_KEY", KEY), "--server", served.url());

        assertThat(wrong(result)).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(line(result, "api")).contains("lists 1 model (");
        assertThat(line(result, "streaming"))
                .matches("✓ streaming  \\d+ events, the first after .* the longest wait .*");
        assertThat(line(result, "resume"))
                .matches("✓ resume     left after event \\d+, read on to event \\d+ without.*");
        assertThat(line(result, "responses"))
                .matches("✓ responses  left after event \\d+, read on to event \\d+ without.*");
        assertThat(line(result, "key")).isEqualTo("✓ key        RUNNEL_API_KEY has one, …WXYZ");
        assertThat(served.assistantNames()).isEmpty();
        assertThat(served.client.threads().list()).isEmpty();
    }

    @Test
    void withNothingNamedItLooksAtAServerOfItsOwn() {
        Command.Result result = doctor(Map.of());

        assertThat(result.code()).isZero();
        assertThat(line(result, "server")).contains("none is named");
        assertThat(line(result, "resume")).startsWith("✓");
    }

    @Test
    void eachFindingIsAnObjectForPrograms() {
        Command.Result result = models("--json");

        assertThat(result.code()).isZero();
        assertThat(result.out().lines().map(line -> Json.readTree(line.getBytes(UTF_8))).map(
                json -> json.path("check").asText() + " " + json.path("verdict").asText())).containsExactly(
                        "java fine", "server fine", "key none", "proxy none", "dns none", "tcp fine", "tls none",
                        "api fine", "model fine", "streaming fine", "assistants none");
    }

    @Test
    void aKeyThatIsNotTakenIsNeverShown() {
        served.models.answer(request -> Script.error(401, "invalid_request_error",
                "Incorrect API key provided: " + KEY + " or sk-01234********WXYZ"));
        for (String option : List.of("", "--json")) {
            Command.Result result = doctor(
                    Map.of("RUNNEL_MODEL_URL", served.models.baseUri().toString(), "RUNNEL_MODEL_KEY", KEY),
                    option.isEmpty() ? new String[0] : new String[] {option});
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.out()).contains("401: the server does not accept the key, …WXYZ", "set RUNNEL_MODEL_KEY")
                    .doesNotContain("0123456789", "sk-01");
        }
        served.models
                .answer(request -> Script.error(400, "invalid_request_error", "quoting " + KEY + " and sk-01234…"));
        assertThat(models("--model-key", KEY).out()).contains("quoting …WXYZ and (the key)").doesNotContain("sk-01");
        served.models.answer(request -> Script.chat(NUMBERS));
        assertThat(wrong(doctor(Map.of("RUNNEL_API_KEY", "Bearer " + KEY), "--server", served.url())))
                .containsExactly(
                        "✗ key        RUNNEL_API_KEY has one, …WXYZ, which begins with the word Bearer, as headers do");
    }

    @Test
    void aModelThatIsNotThereIsToldOfWithThoseThatAreNear() {
        served.models.models("qwen3:32b", "llama3.3", "nomic-embed");
        served.models.answer(request -> request.json().path("model").asText().equals("llama3")
                ? Script.error(404, "invalid_request_error", "no such model")
                : Script.chat(NUMBERS));

        Command.Result result = models("--model", "llama3");
        assertThat(result.code()).isEqualTo(1);
        assertThat(line(result, "model")).isEqualTo("✗ model      the server does not list llama3");
        assertThat(result.out()).contains("similar names: llama3.3, ");

        Command.Result alias = models("--model", "gpt-4o");
        assertThat(alias.code()).isZero();
        assertThat(line(alias, "model")).isEqualTo("– model      gpt-4o is not listed, and answers");
    }

    @Test
    void whyAServerIsNotReachedIsToldApart() throws IOException {
        String http = served.url();
        assertThat(wrong(doctor(Map.of(), "--server", http.replace("http:", "https:"))))
                .containsExactly("✗ tls        the port speaks plain http");
        assertThat(wrong(doctor(Map.of(), "--model-url", "http://no-such-host.invalid/v1")).getFirst())
                .startsWith("✗ dns        the name no-such-host.invalid is not known (");
        served.models.close();
        Command.Result down = models();
        assertThat(down.code()).isEqualTo(1);
        assertThat(wrong(down).getFirst()).startsWith("✗ tcp        port ").contains("Connection refused");
        assertThat(down.out()).contains("→ nothing listens there");
    }

    @Test
    void theProxyThatJavaOrTheEnvironmentNamesIsUsed() {
        String models = "http://models.invalid/v1";
        String proxy = "127.0.0.1:" + served.models.baseUri().getPort();
        served.models.answerOthers(request -> request.path().equals(models + "/models")
                ? Script.json(200, "{\"object\":\"list\",\"data\":[{\"id\":\"far\"}]}")
                : Script.error(404, "invalid_request_error", request.path()));
        Map<String, String> java = Map.of("RUNNEL_MODEL_URL", models, "JAVA_TOOL_OPTIONS",
                "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=" + served.models.baseUri().getPort());
        Map<String, String> environment = Map.of("RUNNEL_MODEL_URL", models, "HTTP_PROXY", "http://me:secret@" + proxy);

        for (Map.Entry<Map<String, String>, String> each : Map.of(
                java, "Java's properties name ", environment, "HTTP_PROXY names ").entrySet()) {
            Command.Result result = doctor(each.getKey());
            assertThat(result.code()).as(result.out()).isZero();
            assertThat(line(result, "proxy")).isEqualTo("✓ proxy      " + each.getValue() + proxy);
            assertThat(result.out()).doesNotContain("secret");
            try (Command asked = Command.start(folder, each.getKey(), "complete", "Hi")) {
                assertThat(asked.end("").out()).startsWith("1 2 3 ");
            }
        }
        Command.Result excepted = doctor(
                Map.of("RUNNEL_MODEL_URL", models, "HTTP_PROXY", proxy, "NO_PROXY", ".invalid"));
        assertThat(line(excepted, "proxy")).startsWith("– proxy      none for this host: NO_PROXY");
        assertThat(wrong(excepted).getFirst()).startsWith("✗ dns        the name models.invalid is not known");
    }

    @Test
    void aProxyThatAsksForAPasswordIsSaid() throws IOException {
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            exchange.sendResponseHeaders(407, -1);
            exchange.close();
        });
        proxy.start();
        try {
            Command.Result result = doctor(
                    Map.of("RUNNEL_MODEL_URL", "http://models.invalid/v1", "http_proxy", url(proxy)));
            assertThat(result.code()).isEqualTo(1);
            assertThat(wrong(result)).singleElement().asString().startsWith("✗ proxy      ").contains("407");
            assertThat(result.out()).contains("HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT");
        } finally {
            proxy.stop(0);
        }
        Command.Result socks = doctor(
                Map.of("RUNNEL_MODEL_URL", "http://models.invalid/v1", "ALL_PROXY", "socks5://h:1080"));
        assertThat(wrong(socks)).singleElement().asString().contains("ALL_PROXY is a SOCKS proxy");
    }

    @Test
    void theLastLineSumsUp() {
        assertThat(models().out().lines().toList().getLast()).matches("Nothing is wrong: \\d+ checks passed\\.");
        served.models.close();
        assertThat(models().out().lines().toList().getLast())
                .startsWith("Something is wrong: tcp. Nothing listens there: start the server");
    }

    @Test
    void whatAServerSaysCannotCommandATerminal() {
        served.models.models("evil\u001b]0;title\u0007\u202e", "a");
        served.models.answer(request -> Script.error(400, "invalid_request_error", "wrong\u001b[2J\u009b1m"));
        Command.Result result = models("--model", "b");
        assertThat(result.out() + result.err()).doesNotContain("\u001b", "\u0007", "\u009b", "\u202e")
                .contains("wrong␛[2J");
        Command.Result run = Command.run(folder, "run", "--model-url", served.models.baseUri().toString(), "-m", "b",
                "Hi");
        assertThat(run.err()).doesNotContain("\u001b", "\u009b").contains("wrong␛[2J");
    }

    @Test
    void aReplyThatIsHeldBackAndSentInOneBurstIsSeen() throws IOException {
        // Of the whole time, a twentieth is a burst: a busy machine may need 100 ms for what came at once.
        served.models.answer(request -> Script.chat(NUMBERS).paced(Duration.ofMillis(100)));
        HttpServer proxy = bufferingProxy();
        try {
            Command.Result result = doctor(Map.of(), "--model-url", url(proxy) + "/v1", "--model", "alias");

            assertThat(result.code()).isEqualTo(1);
            assertThat(wrong(result)).singleElement().asString()
                    .matches("✗ streaming  all 40 events came at once, within [\\d.]+ ms after \\d+ ms");
            assertThat(result.out()).contains("turn its buffering off");
        } finally {
            proxy.stop(0);
        }
    }

    /** Hands a reply on when it has all of it. */
    private HttpServer bufferingProxy() throws IOException {
        URI upstream = served.models.baseUri();
        return http(exchange -> {
            HttpRequest request = HttpRequest.newBuilder(upstream.resolve(exchange.getRequestURI()))
                    .method(exchange.getRequestMethod(),
                            BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()))
                    .build();
            try (HttpClient client = HttpClient.newHttpClient()) {
                return client.send(request, BodyHandlers.ofByteArray()).body();
            } catch (InterruptedException e) {
                throw new InterruptedIOException("stopped");
            }
        });
    }

    @Test
    void aWholeReplyInOneEventIsNoStream() {
        served.models.answer(request -> Script.chat(String.join("", NUMBERS)));

        assertThat(wrong(models())).singleElement().asString()
                .startsWith("✗ streaming  the whole reply came as one event after ");
    }

    @Test
    void whatIsNoServerOfTheProtocolIsSaid() throws IOException {
        HttpServer page = http(exchange -> "<html><body>It works!</body></html>".getBytes(UTF_8));
        try {
            Command.Result result = doctor(Map.of(), "--model-url", url(page));

            assertThat(result.code()).isEqualTo(1);
            assertThat(wrong(result))
                    .containsExactly("✗ api        it answers, but not like a server of this protocol: 200, "
                            + "'<html><body>It works!</body></html>'");
        } finally {
            page.stop(0);
        }
        Command.Result bare = doctor(Map.of(), "--model-url", served.models.baseUri().toString().replace("/v1", ""));
        assertThat(bare.out()).contains("→ add /v1: " + served.models.baseUri());
        Command.Result noAssistants = doctor(Map.of(), "--server", served.models.baseUri().toString());
        assertThat(noAssistants.code()).isEqualTo(1);
    }

    @Test
    void aServerWithoutResponsesIsNotWrongBecauseOfThat() {
        served.models.answer(request -> request.path().endsWith("/chat/completions")
                ? Script.chat(NUMBERS).paced(Duration.ofMillis(20))
                : Script.error(404, "invalid_request_error", "unknown path"));

        Command.Result result = doctor(Map.of(), "--server", served.models.baseUri().toString());

        assertThat(line(result, "responses"))
                .isEqualTo("– responses  the server does not have the Responses API: 404: unknown path");
        assertThat(wrong(result)).singleElement().asString().startsWith("✗ assistants");
    }

    @Test
    void aResponseThatFailsIsWrong() {
        served.models.answer(request -> Script.error(400, "invalid_request_error", "no such thing"));

        assertThat(line(doctor(Map.of(), "--server", served.url(), "--model", "scripted-model"), "responses"))
                .startsWith("✗ responses  the response failed (").contains("no such thing");
    }

    @Test
    void whatIsUsedWronglyIsCodeTwo() {
        for (String[] wrong : List.of(
                new String[] {"--model-url", "localhost"},
                new String[] {"--server", "http://a", "--model-url", "http://b"})) {
            Command.Result result = doctor(Map.of(), wrong);
            assertThat(result.code()).isEqualTo(2);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).startsWith("runnel: ").hasLineCount(2);
        }
    }

    private interface Page {
        byte[] body(HttpExchange exchange) throws IOException;
    }

    private static HttpServer http(Page page) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = page.body(exchange);
            exchange.getResponseHeaders().set("content-type", "text/event-stream");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String url(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }
}
