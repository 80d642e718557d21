package dev.runnel.server;

import dev.runnel.server.model.OpenAiModel;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ScriptedModelServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
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

import static org.assertj.core.api.Assertions.assertThat;

/** The model server's key, and what is secret in its URL, reach nobody: no answer, no run, no line of the log. */
@Timeout(60)
class UpstreamSecretsTest {
    private static final String KEY = "sk-model-0123456789abcdef";
    private static final String PASSWORD = "pass-word-of-the-model";
    private static final String SIGNATURE = "SIGNATUREofThe%2FModel";
    private static final List<String> WITH_KEY = List.of(KEY, SIGNATURE, "SIGNATUREofThe/Model");
    private static final List<String> WITH_PASSWORD = List.of(PASSWORD, SIGNATURE, "SIGNATUREofThe/Model");

    @TempDir
    Path folder;

    private static final String ECHO = "no: " + String.join(" ", WITH_KEY) + " http://me:" + PASSWORD + "@h/?sig="
            + SIGNATURE;

    static Stream<Arguments> faults() {
        return Stream.of(
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
        ServerOptions options = ServerOptions.builder().at("127.0.0.1", 0)
                .database("sqlite:" + folder.resolve("runnel.db")).build();
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

    /** What is logged meanwhile. */
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
