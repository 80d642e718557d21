package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.base.OnFault;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static dev.runnel.server.options.ServerOptions.ON_MODEL_BREAK;
import static dev.runnel.server.options.ServerOptions.RUN_LIFETIME;
import static org.assertj.core.api.Assertions.assertThat;

/** Faults of a model server: the events of the reader, the words of the run, and that nothing stays behind. */
@Timeout(180)
class ModelFaultTest {
    private static final int MAX_MESSAGE = 1_000;

    /** Where the model server would have gone on, or kept the connection open for ever. */
    private static final Set<String> STUCK = Set.of(
            "garbage instead of JSON", "an error first", "an event that is too large", "garbage", "an error",
            "a reply without end", "a gigantic word");

    @TempDir
    Path folder;

    private @Nullable TestServer started;

    @AfterEach
    void stop() {
        if (started != null) {
            started.close();
        }
    }

    private TestServer start(Duration lifetime, OnFault onBreak) {
        TestServer server = TestServer.start(folder, options -> options
                .with(RUN_LIFETIME, lifetime)
                .with(ServerOptions.MAX_MESSAGE, MAX_MESSAGE)
                .with(ON_MODEL_BREAK, onBreak));
        started = server;
        return server;
    }

    private static List<Event> run(TestServer server) {
        try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
            return reader.rest();
        }
    }

    private static void assertThreadIsFree(TestServer server, List<Event> events) {
        String thread = TestServer.runPath(events).replaceFirst("/runs/.*", "");
        assertThat(server.post(thread + "/messages", """
                {"role": "user", "content": "And now?"}""").status()).isEqualTo(200);
    }

    private static String chunk(String delta, String finish) {
        return """
                {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":%s,\
                "finish_reason":%s}]}""".formatted(delta, finish);
    }

    // ---- before the first word: the run fails, and there is no step

    static Stream<Arguments> beforeTheFirstWord() throws IOException {
        return Stream.of(
                Arguments.of("401", Script.error(401, "invalid_request_error", "no such key"), "server_error",
                        "401 (check the key): no such key"),
                Arguments.of("404 model", Script.error(404, "invalid_request_error", "model 'm' not found"),
                        "server_error", "model 'm' not found"),
                Arguments.of("429", Script.error(429, "requests", "slow down").header("retry-after-ms", "1"),
                        "rate_limit_exceeded", "slow down"),
                Arguments.of("429 with a Retry-After nobody waits for",
                        Script.error(429, "requests", "come tomorrow").header("retry-after", "86400"),
                        "rate_limit_exceeded", "come tomorrow"),
                Arguments.of("500", Script.error(500, "server_error", "burnt").header("retry-after-ms", "1"),
                        "server_error", "with status 500: burnt"),
                Arguments.of("502 of a proxy", Script.plain().status(502).header("content-type", "text/html")
                        .header("retry-after-ms", "1").raw("<html><h1>Bad Gateway</h1></html>"), "server_error",
                        "Bad Gateway"),
                Arguments.of("garbage instead of JSON", Script.sse().data("{\"choices\":[nonsense").stall(),
                        "server_error", "not readable"),
                Arguments.of("an error first", Script.midStreamError("server_error", "out of memory").stall(),
                        "server_error", "out of memory"),
                Arguments.of("nothing at all", Script.sse(), "server_error", "before any event"),
                Arguments.of("HTML with status 200",
                        Script.plain().header("content-type", "text/html").raw("<html>Sign in</html>"),
                        "server_error", "<html>Sign in</html>"),
                Arguments.of("JSON instead of a stream",
                        Script.plain().header("content-type", "application/json").raw("{\"status\":\"loading\"}"),
                        "server_error", "instead of a stream: {\"status\":\"loading\"}"),
                Arguments.of("a coding that is not known",
                        Script.sse().header("content-encoding", "br").raw(gzip("data: [DONE]\n\n")), "server_error",
                        "compressed with br"),
                Arguments.of("an event that is too large",
                        Script.sse().raw("data: " + "x".repeat(17 * 1024 * 1024)).stall(), "server_error",
                        "16777216"));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("beforeTheFirstWord")
    void aFaultBeforeTheFirstWordFailsTheRun(String what, Script script, String code, String why)
            throws InterruptedException {
        TestServer server = start(Duration.ofMinutes(1), OnFault.FAIL);
        server.models().answer(request -> script);
        List<Event> events = run(server);

        assertThat(names(events)).as(what).containsExactly(
                "thread.run.created", "thread.run.queued", "thread.run.in_progress", "thread.run.failed", "done");
        assertFailed(server, events, code, why);
        assertLetGo(server, STUCK.contains(what));
    }

    /** No model call is left: one that the model server does not end has been ended here. */
    private static void assertLetGo(TestServer server, boolean stuck) throws InterruptedException {
        assertThat(server.models().awaitRequest(0, TestServer.PATIENCE).awaitDisconnect(TestServer.PATIENCE))
                .isEqualTo(stuck);
    }

    private static void assertFailed(TestServer server, List<Event> events, String code, String why) {
        JsonNode run = only(events, "thread.run.failed").json();
        assertThat(run.at("/last_error/code").asText()).isEqualTo(code);
        assertThat(run.at("/last_error/message").asText()).contains(why).doesNotContain("Exception");
        assertThat(server.get(TestServer.runPath(events)).ok()).isEqualTo(run);
        assertThreadIsFree(server, events);
    }

    // ---- after the first word: what was said is kept

    static Stream<Arguments> afterTheFirstWord() {
        byte[] half = ("data: " + chunk("{\"content\":\"\u20ac\"}", "null")).getBytes(StandardCharsets.UTF_8);
        byte[] cutInACharacter = Arrays.copyOf(half, indexOf(half, (byte) 0xe2) + 2);
        String[] endless = IntStream.range(0, 2_000).mapToObj(i -> "x").toArray(String[]::new);
        return Stream.of(
                Arguments.of("cut", Script.reply("Hel", "lo").close(), "after 3 events", "Hello"),
                Arguments.of("cut in the middle of a character",
                        Script.reply("Hel", "lo").raw(cutInACharacter).close(), "after 3 events", "Hello"),
                Arguments.of("garbage", Script.reply("Hel", "lo").data("{\"choices\":[{").stall(), "not readable",
                        "Hello"),
                Arguments.of("an error", Script.midStreamError("server_error", "out of memory", "Hel", "lo").stall(),
                        "out of memory", "Hello"),
                Arguments.of("neither [DONE] nor a finish reason", Script.reply("Hel", "lo"), "after 3 events",
                        "Hello"),
                Arguments.of("a reply without end", Script.reply(endless).stall(), "the limit of 1000 characters",
                        "x".repeat(MAX_MESSAGE)),
                Arguments.of("a gigantic word", Script.reply("Hello", "x".repeat(5_000_000)).stall(),
                        "the limit of 1000 characters", "Hello"));
    }

    private static int indexOf(byte[] bytes, byte wanted) {
        return IntStream.range(0, bytes.length).filter(i -> bytes[i] == wanted).findFirst().orElseThrow();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("afterTheFirstWord")
    void aFaultAfterTheFirstWordFailsTheRunAndKeepsWhatWasSaid(String what, Script script, String why, String said)
            throws InterruptedException {
        TestServer server = start(Duration.ofMinutes(1), OnFault.FAIL);
        server.models().enqueue(script);
        List<Event> events = run(server);

        assertThat(names(events)).as(what).endsWith("thread.message.delta", "thread.message.incomplete",
                "thread.run.step.failed", "thread.run.failed", "done");
        assertThat(only(events, "thread.message.incomplete").json().at("/content/0/text/value").asText())
                .isEqualTo(said);
        assertFailed(server, events, "server_error", why);
        assertLetGo(server, STUCK.contains(what));
    }

    // ---- silence: the run's lifetime is the limit

    static Stream<Arguments> silences() {
        return Stream.of(
                Arguments.of("no byte at all", Script.silent(), false),
                Arguments.of("headers and nothing more", Script.sse().stall(), false),
                Arguments.of("comments and nothing more",
                        Script.sse().comment("processing").pause(Duration.ofMillis(300)).comment("processing").stall(),
                        false),
                Arguments.of("a stall in the middle", Script.reply("Hel", "lo").stall(), true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("silences")
    void aSilenceLastsAsLongAsTheRunMay(String what, Script script, boolean begun) throws InterruptedException {
        TestServer server = start(Duration.ofSeconds(4), OnFault.FAIL);
        server.models().enqueue(script);
        List<Event> events = run(server);

        assertThat(names(events)).as(what).endsWith("thread.run.expired", "done");
        assertThat(names(events).contains("thread.message.incomplete")).isEqualTo(begun);
        assertThreadIsFree(server, events);
        assertLetGo(server, true);
    }

    // ---- no connection

    static Stream<Arguments> unreachable() throws IOException {
        String refused;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refused = "http://127.0.0.1:" + socket.getLocalPort() + "/v1";
        }
        return Stream.of(
                Arguments.of("refused", refused, refused),
                Arguments.of("no such name", "http://no-such-host.invalid/v1", "no-such-host.invalid"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreachable")
    void aServerThatCannotBeReachedFailsTheRunAndIsNamed(String what, String url, String named) {
        TestServer server = TestServer.startWithModels(folder, url);
        started = server;
        List<Event> events = run(server);

        assertThat(names(events)).as(what).endsWith("thread.run.in_progress", "thread.run.failed", "done");
        assertFailed(server, events, "server_error", named);
    }

    @Test
    void aServerThatSpeaksNoTlsFailsTheRun() {
        try (ScriptedModelServer plain = ScriptedModelServer.start()) {
            TestServer server = TestServer.startWithModels(
                    folder, plain.baseUri().toString().replace("http:", "https:"));
            started = server;
            List<Event> events = run(server);

            assertThat(names(events)).endsWith("thread.run.in_progress", "thread.run.failed", "done");
            assertFailed(server, events, "server_error", "https://");
        }
    }

    // ---- what is forgiven

    static Stream<Arguments> forgiven() {
        return Stream.of(
                Arguments.of("no [DONE]", Script.reply("Hello").finishReason("stop")),
                Arguments.of("a wrong content type", Script.chat("Hello").header("content-type", "text/plain")),
                Arguments.of("no content type", Script.chat("Hello").header("content-type", "")),
                Arguments.of("a character in two pieces", Script.chat("Hello").pieces(1)),
                Arguments.of("comments and line ends", Script.sse().crlf().comment("hi")
                        .data(chunk("{\"content\":\"Hello\"}", "null")).comment("hi").data(chunk("{}", "\"stop\""))
                        .done()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgiven")
    void whatCanBeUnderstoodIs(String what, Script script) {
        TestServer server = start(Duration.ofMinutes(1), OnFault.FAIL);
        server.models().enqueue(script);
        List<Event> events = run(server);

        assertThat(names(events)).as(what).endsWith("thread.run.completed", "done");
        assertThat(only(events, "thread.message.completed").json().at("/content/0/text/value").asText())
                .isEqualTo("Hello");
    }

    // ---- by policy: once more

    @Test
    void byPolicyAModelThatBreaksOffIsAskedAgainForANewMessage() throws InterruptedException {
        TestServer server = start(Duration.ofMinutes(1), OnFault.RETRY);
        server.models().enqueue(Script.reply("Hel", "lo").close(), Script.chat("Good ", "day"));
        List<Event> events = run(server);

        assertThat(names(events)).containsSubsequence(
                "thread.message.delta", "thread.message.incomplete", "thread.run.step.failed",
                "thread.run.step.created", "thread.message.created", "thread.message.completed",
                "thread.run.step.completed", "thread.run.completed", "done");
        JsonNode whole = only(events, "thread.message.completed").json();
        JsonNode half = only(events, "thread.message.incomplete").json();
        assertThat(whole.at("/content/0/text/value").asText()).isEqualTo("Good day");
        assertThat(half.at("/content/0/text/value").asText()).isEqualTo("Hello");
        String thread = TestServer.runPath(events).replaceFirst("/runs/.*", "");
        assertThat(server.get(thread + "/messages").ok().path("data")).startsWith(whole, half);
        assertThat(server.models().awaitRequest(1, TestServer.PATIENCE).json())
                .isEqualTo(server.models().awaitRequest(0, TestServer.PATIENCE).json());
    }

    @Test
    void threeTimesIsEnough() {
        TestServer server = start(Duration.ofMinutes(1), OnFault.RETRY);
        server.models().answer(request -> Script.reply("Hel").close());
        List<Event> events = run(server);

        assertThat(names(events)).filteredOn("thread.message.incomplete"::equals).hasSize(3);
        assertThat(names(events)).endsWith("thread.run.step.failed", "thread.run.failed", "done");
        assertThat(server.models().requests()).hasSize(3);
        assertFailed(server, events, "server_error", "after 2 events");
    }

    @Test
    void aRunThatIsCancelledIsNotTriedAgain() {
        TestServer server = start(Duration.ofMinutes(1), OnFault.RETRY);
        server.models().answer(request -> Script.reply("Hel").stall());
        try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
            String run = TestServer.runPath(reader.until("thread.message.delta"));
            server.post(run + "/cancel", "").ok();
            assertThat(names(reader.rest())).endsWith("thread.run.step.cancelled", "thread.run.cancelled", "done");
        }
        assertThat(server.models().requests()).hasSize(1);
    }
}
