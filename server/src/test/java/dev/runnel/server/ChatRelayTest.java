package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Chat completions are passed on as they are, both ways. */
@Timeout(180)
class ChatRelayTest {
    private static final String REQUEST = """
            {"model": "m", "n": 2, "logit_bias": {"7": -100}, "x_vendor": {"deep": [1.50, null, "ö"]}, "stream": %s,
             "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}], "x": 1}]}""";
    private static final String PLAIN = REQUEST.formatted(false);
    private static final String STREAMED = REQUEST.formatted(true);

    private static final String OVERFLOW = "{\"error\":{\"message\":\"context overflow\",\"code\":400}}";

    @TempDir
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aRequestArrivesAtTheModelByteForByteWithTheModelsKey() throws InterruptedException {
        for (String request : new String[] {PLAIN, STREAMED}) {
            server.post("/chat/completions", request);
        }
        for (int i = 0; i < 2; i++) {
            RecordedRequest seen = server.models().awaitRequest(i, TestServer.PATIENCE);
            assertThat(new String(seen.body(), StandardCharsets.UTF_8)).isEqualTo(i == 0 ? PLAIN : STREAMED);
            assertThat(seen.path()).isEqualTo("/v1/chat/completions");
            assertThat(seen.headers()).containsEntry("Authorization", "Bearer model-key");
        }
    }

    @Test
    void aCompletionComesBackByteForByte() {
        String completion = "{\"id\":\"c\", \"choices\":[{\"index\":0},{\"index\":1}],\n \"timings\":{\"ms\":1.50}, \"ö\":null}";
        server.models().enqueue(Script.json(200, completion));

        assertThat(server.post("/chat/completions", PLAIN).body()).isEqualTo(completion);
    }

    @Test
    void aStreamsDataComesBackByteForByteWithoutTheModelServersComments() {
        String first = "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"ö\",\"x\":1.50}}],\"provider\":\"p\"}";
        String second = "{\"choices\": [{\"index\": 0, \"delta\": {}, \"finish_reason\": \"stop\"}]}";
        server.models().enqueue(Script.sse().comment("PROCESSING").data(first).data(second).done().crlf());

        assertThat(server.post("/chat/completions", STREAMED).body())
                .isEqualTo("data: " + first + "\n\ndata: " + second + "\n\ndata: [DONE]\n\n");
    }

    @Test
    void anErrorOfTheModelServersKeepsItsStatusAndItsEnvelope() {
        String error = "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"param\":\"p\",\"code\":\"c\"}}";
        for (int status : new int[] {400, 401, 404, 422}) {
            for (String request : new String[] {PLAIN, STREAMED}) {
                server.models().enqueue(Script.json(status, error));
                Answer answer = server.post("/chat/completions", request);
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.body()).isEqualTo(error);
            }
        }
    }

    @Test
    void aBusyModelServerIsAskedAgain() {
        for (String request : new String[] {PLAIN, STREAMED}) {
            server.models().enqueue(Script.error(429, "requests", "busy").header("retry-after-ms", "5"),
                    Script.chat("Hello"));
            Answer answer = server.post("/chat/completions", request);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).contains("Hello");
        }
        assertThat(server.models().requests()).hasSize(4);
    }

    @Test
    void aModelServerThatStaysBusyIsReportedWithItsDelay() {
        server.models().answer(request -> Script.error(429, "requests", "busy").header("x-should-retry", "false")
                .header("retry-after", "3600.2"));
        Answer answer = server.post("/chat/completions", PLAIN);

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.headers().firstValue("retry-after")).contains("3601");
        assertThat(answer.error().path("type").asText()).isEqualTo("requests");
    }

    @Test
    void aStreamThatBreaksOffEndsWithAnErrorAndNotWithDone() throws IOException {
        server.models().enqueue(Script.reply("Hel").close());
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.post("/chat/completions", STREAMED);
            String body = raw.readToEnd().body();

            assertThat(body).contains("\"content\":\"Hel\"").doesNotContain("[DONE]").endsWith("}}\n\n");
            JsonNode error = Answer.tree(body.substring(body.lastIndexOf("data: ") + 6)).path("error");
            assertThat(error.path("type").asText()).isEqualTo("server_error");
            assertThat(error.path("message").asText()).contains("broke off");
        }
    }

    @Test
    void anAnswerThatIsNoCompletionIsABadGateway() {
        server.models().enqueue(Script.plain().raw("<html>Hi</html>"));
        Answer answer = server.post("/chat/completions", PLAIN);

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.error().path("message").asText()).contains("<html>Hi</html>");
        assertThat(answer.error().path("type").asText()).isEqualTo("server_error");
    }

    @Test
    void aModelServerThatIsDownIsABadGateway() {
        server.models().close();
        Answer answer = server.post("/chat/completions", STREAMED);

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.error().path("message").asText()).contains(server.models().baseUri().toString());
    }

    @Test
    void anErrorBeforeAllElseIsAnErrorAndNoEmptyReply() {
        server.models().enqueue(Script.json(200, OVERFLOW), Script.sse().data(OVERFLOW).done(),
                Script.sse().event("error", OVERFLOW).closeDelimited());
        for (int i = 0; i < 3; i++) {
            Answer answer = server.post("/chat/completions", STREAMED);
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.error().path("message").asText()).isEqualTo("context overflow");
        }
    }

    @Test
    void anErrorOnTheWayIsPassedOnAsItIs() {
        String chunk = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}";
        server.models().enqueue(Script.sse().data(chunk).data(OVERFLOW).done());

        assertThat(server.post("/chat/completions", STREAMED).body())
                .isEqualTo("data: " + chunk + "\n\ndata: " + OVERFLOW + "\n\ndata: [DONE]\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Hi</html>", "{\"status\":\"loading\"}", ""})
    void whatIsNoStreamIsABadGateway(String body) {
        server.models().enqueue(Script.plain().raw(body));
        Answer answer = server.post("/chat/completions", STREAMED);

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.error().path("message").asText()).contains(body);
    }

    @Test
    void aStreamThatIsCutIsNotEndedAsIfItWereWhole() {
        String chunk = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}";
        server.models().enqueue(Script.sse().data(chunk).closeDelimited());

        assertThat(server.post("/chat/completions", STREAMED).body())
                .startsWith("data: " + chunk + "\n\ndata: {\"error\":").doesNotContain("data: [DONE]");
    }

    @Test
    void aStreamWithoutDoneButWithAFinishReasonIsWhole() {
        String last = "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
        server.models().enqueue(Script.sse().data(last).closeDelimited());

        assertThat(server.post("/chat/completions", STREAMED).body())
                .isEqualTo("data: " + last + "\n\ndata: [DONE]\n\n");
    }

    @Test
    void nothingIsKeptOfAChatCompletion() {
        server.post("/chat/completions", PLAIN);
        assertThat(server.get("/chat/completions").status()).isEqualTo(404);
    }
}
