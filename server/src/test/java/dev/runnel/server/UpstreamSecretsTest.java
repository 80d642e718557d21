package dev.runnel.server;

import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.model.OpenAiModel;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** The model server's key, and what is secret in its URL, reach nobody: no answer, no run, no line of the log. */
@Timeout(60)
class UpstreamSecretsTest {
    private static final String KEY = "sk-model-0123456789abcdef";
    private static final String PASSWORD = "pass-word-of-the-model";
    private static final String SIGNATURE = "SIGNATUREofThe%2FModel";
    private static final List<String> WITH_KEY = List.of(KEY, SIGNATURE, "SIGNATUREofThe/Model");
    private static final List<String> WITH_PASSWORD = List.of(PASSWORD, SIGNATURE, "SIGNATUREofThe/Model",
            Base64.getEncoder().encodeToString(("me:" + PASSWORD).getBytes(UTF_8)));

    @TempDir
    Path folder;

    private static final String ECHO = "no: " + String.join(" ", WITH_KEY) + " http://me:" + PASSWORD + "@h/?sig="
            + SIGNATURE;

    /** As other programs write the same secrets. */
    private static final String OTHER_FORMS = String.join(" ",
            percent(KEY, true), percent(KEY, false), percent(PASSWORD, true), escaped(KEY), escaped(PASSWORD),
            KEY.toUpperCase(Locale.ROOT), PASSWORD.toUpperCase(Locale.ROOT), "signatureofthe%2fmodel",
            KEY.replace("-", "%2D"), PASSWORD.replace("-", "%2d"),
            Base64.getEncoder().encodeToString(("me:" + PASSWORD).getBytes(UTF_8)),
            Base64.getUrlEncoder().encodeToString(("me:" + PASSWORD).getBytes(UTF_8)));

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("in other forms",
                        Script.plain().status(502).header("x-should-retry", "false").raw("<p>" + OTHER_FORMS)),
                Arguments.of("cut where the quote ends", Script.plain().status(502).header("x-should-retry", "false")
                        .raw("x".repeat(300 - KEY.length()) + " " + KEY + ".")),
                Arguments.of("cut where the stream's quote ends", Script.plain()
                        .raw("x".repeat(300 - PASSWORD.length()) + " " + PASSWORD + ".")),
                Arguments.of("a header that is none", Script.plain().header("transfer-encoding", KEY)),
                Arguments.of("a finish reason", Script.finish("over " + KEY + " " + PASSWORD, "Hello")),
                Arguments.of("a reply", Script.finish("stop", "Hello " + KEY + " " + PASSWORD)),
                Arguments.of("a reply with an escape",
                        Script.sse().data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                                + escaped(KEY) + escaped(PASSWORD) + "\"},\"finish_reason\":\"stop\"}]}").done()),
                Arguments.of("refused", Script.error(401, "invalid_request_error", ECHO)),
                Arguments.of("burnt", Script.error(500, "server_error", ECHO).header("x-should-retry", "false")),
                Arguments.of("HTML", Script.plain().status(502).header("x-should-retry", "false").raw("<p>" + ECHO)),
                Arguments.of("no completion", Script.json(200, "{\"x\":\"" + ECHO + "\"}")),
                Arguments.of("a redirect",
                        Script.plain().status(307).header("location", "https://h/" + KEY + "?sig=" + SIGNATURE)),
                Arguments.of("an error in the stream", Script.reply("Hel").fail("server_error", ECHO)),
                Arguments.of("text in the stream", Script.reply("Hel").data("[ERROR] " + ECHO)),
                Arguments.of("cut", Script.reply("Hel").close()),
                Arguments.of("nothing", Script.plain().close()));
    }

    /** Each character percent-encoded. */
    private static String percent(String text, boolean upper) {
        HexFormat hex = upper ? HexFormat.of().withUpperCase() : HexFormat.of();
        return hex.withPrefix("%").formatHex(text.getBytes(UTF_8));
    }

    /** The hyphens escaped as in JSON. */
    private static String escaped(String text) {
        return text.replace("-", "\\u002d");
    }

    /** How a reader could make a secret of the text: undoes what {@link #OTHER_FORMS} does. */
    private static String plain(String text) {
        String plain = text.replace("\\\\", "\\").replace("\\u002d", "-");
        try {
            plain = URLDecoder.decode(plain.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException e) {
            // A percent sign of its own.
        }
        return plain.toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void nothingSecretIsTold(String what, Script script) throws IOException {
        try (ScriptedModelServer models = ScriptedModelServer.start(); Captured log = new Captured()) {
            models.answer(request -> script);
            String plain = models.baseUri() + "?sig=" + SIGNATURE;
            assertNothingTold(new OpenAiModel(plain, KEY), WITH_KEY, what, log);
            assertNothingTold(new OpenAiModel(plain.replace("//", "//me:" + PASSWORD + "@"), null), WITH_PASSWORD, what,
                    log);
            assertNothingTold(new OpenAiModel("http://127.0.0.1:1/v1?sig=" + SIGNATURE, KEY), WITH_KEY,
                    "nobody listens", log);
        }
    }

    private void assertNothingTold(OpenAiModel model, List<String> secrets, String what, Captured log)
            throws IOException {
        List<String> told = new ArrayList<>();
        log.lines.clear();
        ServerOptions options = ServerOptions.local(TestDatabases.url(folder));
        try (model; RunnelServer server = RunnelServer.start(options, model)) {
            told.add(model.description());
            for (boolean streamed : new boolean[] {false, true}) {
                told.add(ask(server, "/chat/completions", """
                        {"model": "m", "stream": %s, "messages": [{"role": "user", "content": "Hi"}]}"""
                        .formatted(streamed)));
            }
            String assistant = ask(server, "/assistants", "{\"model\": \"m\"}");
            told.add(ask(server, "/threads/runs", "{\"stream\": true, \"assistant_id\": \""
                    + assistant.replaceAll("(?s).*\"id\":\"(asst_[^\"]+)\".*", "$1")
                    + "\", \"thread\": {\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}}"));
        }
        told.addAll(log.lines);
        assertThat(told.getLast()).isNotEmpty();
        for (String line : told) {
            assertThat(line).as(what).doesNotContain(secrets);
            for (String secret : secrets) {
                // A part is as good as the whole: what is missing is soon guessed.
                assertThat(plain(line)).as(what).doesNotContain(
                        secret.substring(0, secret.length() * 2 / 3).toLowerCase(Locale.ROOT));
            }
        }
    }

    private static String ask(RunnelServer server, String path, String json) throws IOException {
        try (RawHttp http = new RawHttp(server.port())) {
            http.send("POST /v1" + path
                    + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + json.length() + "\r\n\r\n" + json);
            return http.readToEnd().body();
        }
    }

    /** The lines that are logged meanwhile. */
    private static final class Captured extends Handler implements AutoCloseable {
        private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
        private final Logger logger = Logger.getLogger("dev.runnel");

        Captured() {
            logger.addHandler(this);
            logger.setLevel(Level.ALL);
        }

        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage() + Arrays.toString(line.getParameters()) + line.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
            logger.setLevel(null);
        }
    }
}
