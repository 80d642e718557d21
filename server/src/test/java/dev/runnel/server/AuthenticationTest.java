package dev.runnel.server;

import dev.runnel.server.base.ApiKeys;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static dev.runnel.server.options.ServerOptions.MAX_BODY;
import static org.assertj.core.api.Assertions.assertThat;

/** A server with keys serves nobody without one. */
@Timeout(180)
class AuthenticationTest {
    private static final String KEY = "sk-0123456789abcdefghijklmn";
    private static final String OTHER_KEY = "sk-zyxwvutsrqponm9876543210";

    @TempDir
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(
                folder, options -> options.with(API_KEYS, ApiKeys.of(List.of(KEY, "acme=" + OTHER_KEY))).with(MAX_BODY,
                        100_000L));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer raw(String request) throws IOException {
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.send(request);
            return raw.answer();
        }
    }

    private static String get(String authorization) {
        return "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + authorization + "\r\n";
    }

    private static void assertUnauthorized(Answer answer, String code, String message) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(401);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json; charset=utf-8");
        assertThat(answer.headers().firstValue("x-request-id")).get().asString().startsWith("req_");
        assertThat(answer.headers().firstValue("openai-version")).isPresent();
        assertThat(answer.headers().firstValue("www-authenticate")).get().asString().startsWith("Bearer ");
        assertThat(answer.error().path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(answer.error().path("param").isNull()).isTrue();
        assertThat(answer.error().path("code").asText("none")).isEqualTo(code);
        assertThat(answer.error().path("message").asText()).startsWith(message);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /assistants", "GET, /assistants", "GET, /assistants/asst_x", "POST, /threads",
        "DELETE, /threads/thread_x",
        "GET, /threads/thread_x/runs/run_x?stream=true", "POST, /threads/runs", "POST, /chat/completions",
        "GET, /models",
        "GET, /models/m", "GET, /nowhere", "PATCH, /assistants", "OPTIONS, /assistants", "GET, ", "GET, /../nowhere"})
    void everyUrlNeedsAKey(String method, String path) {
        String body = method.equals("POST") ? "{\"model\": \"m\"}" : "";
        String at = path == null ? "" : path;

        assertUnauthorized(server.send(method, at, body), "none",
                "You didn't provide an API key. You need to provide your API key in an Authorization header");
        assertUnauthorized(server.as(KEY + "x").send(method, at, body), "invalid_api_key",
                "Incorrect API key provided: sk-01234***lmnx.");
        assertThat(server.models().requests()).isEmpty();
        assertThat(server.as(KEY).get("/assistants").ids()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "Authorization: \r\n", "Authorization: Bearer\r\n", "Authorization: Bearer  \r\n",
        "Authorization: Basic " + KEY + "\r\n", "Authorization: " + KEY + "\r\n", "api-key: \r\n"})
    void aKeyElsewhereIsNone(String header) throws IOException {
        assertUnauthorized(raw(get(header)), "none", "You didn't provide an API key.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER   "})
    void theSchemeHasNoCase(String scheme) throws IOException {
        assertThat(raw(get("authorization: " + scheme + KEY + "\r\n")).status()).isEqualTo(200);
    }

    /** As clients of Azure's dialect send it. */
    @Test
    void theKeyMayComeInAHeaderOfItsOwn() throws IOException {
        assertThat(raw(get("api-key: " + KEY + "\r\n")).status()).isEqualTo(200);
        assertThat(raw(get("Authorization: Bearer \r\napi-key: " + KEY + "\r\n")).status()).isEqualTo(200);
        assertUnauthorized(raw(get("api-key: " + KEY + "x\r\n")), "invalid_api_key", "Incorrect API key provided");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/healthz", "/readyz", "/openapi.json"})
    void whatTellsNothingOfAnybodysAsksForNoKey(String path) {
        assertThat(server.sendToRoot("GET", path, "").status()).isEqualTo(200);
    }

    @Test
    void aShortWrongKeyIsNotShown() {
        assertUnauthorized(server.as("sk-0123456789abcdefghi").get("/models"), "invalid_api_key",
                "Incorrect API key provided: ***.");
    }

    @Test
    void organizationAndProjectHeadersDoNotMatter() throws IOException {
        server.as(KEY).newAssistant();
        Answer answer = raw(get("Authorization: Bearer " + KEY
                + "\r\nOpenAI-Organization: org-x\r\nOpenAI-Project: acme\r\n").replace("models", "assistants"));

        assertThat(answer.ids()).hasSize(1);
    }

    @Test
    void whoHasAKeyMayComeByAnyHostName() throws IOException {
        String proxied = get("Origin: https://app.example\r\n").replace("localhost", "runnel.example").stripTrailing();

        assertUnauthorized(raw(proxied + "\r\n\r\n"), "none", "You didn't provide an API key.");
        assertThat(raw(proxied + "\r\nAuthorization: Bearer " + KEY + "\r\n\r\n").status()).isEqualTo(200);
    }

    @Test
    void aChatCompletionWithAKeyIsPassedOnWithoutIt() throws InterruptedException {
        server.models().enqueue(Script.chat("Hello"));
        assertThat(server.as(KEY).post("/chat/completions", """
                {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}""").status()).isEqualTo(200);
        assertThat(server.models().awaitRequest(0, TestServer.PATIENCE).headers().get("authorization"))
                .isEqualTo("Bearer model-key");
    }

    @Test
    void eachRequestOfAConnectionIsJudgedByItsOwnKey() throws IOException {
        String assistant = server.as(KEY).newAssistant();
        String get = "GET /v1/assistants HTTP/1.1\r\nHost: localhost\r\n";
        try (RawHttp raw = new RawHttp(server.port())) {
            for (int i = 0; i < 2; i++) {
                raw.send(get + "Authorization: Bearer " + KEY + "\r\n\r\n");
                assertThat(raw.readUntil("\"has_more\":false}")).contains(assistant);
                raw.send(get + "Authorization: Bearer " + OTHER_KEY + "\r\n\r\n");
                assertThat(raw.readUntil("\"has_more\":false}")).contains("\"data\":[]");
                raw.send(get + "\r\n");
                assertThat(raw.readUntil("}}")).contains("HTTP/1.1 401").doesNotContain(assistant);
            }
        }
    }

    @Test
    void aRefusedBodyIsPassedOverAndTheConnectionGoesOn() throws IOException {
        String body = "x".repeat(90_000);
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.post("/assistants", body);
            assertThat(raw.readUntil("}}")).startsWith("HTTP/1.1 401").doesNotContainIgnoringCase("Connection: close");
            raw.send("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + KEY + "\r\n\r\n");
            assertThat(raw.readUntil("]}")).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Content-Length: 100001\r\n\r\n",
        "Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n"})
    void aRefusedBodyThatIsTooMuchToPassOverEndsTheConnection(String rest) throws IOException {
        Answer answer = raw("POST /v1/assistants HTTP/1.1\r\nHost: localhost\r\n" + rest);

        assertUnauthorized(answer, "none", "You didn't provide an API key.");
        assertThat(answer.headers().firstValue("connection")).contains("close");
    }

    /** Which of the two counts must not be a question: the length would be passed over, and the chunk held in memory. */
    @Test
    void aBodyWithALengthAndChunksIsNoRequestAtAll() throws IOException {
        String lengths = "Transfer-Encoding: chunked\r\nContent-Length: 10\r\n";
        Answer answer = raw("POST /v1/assistants HTTP/1.1\r\nHost: localhost\r\n" + lengths + "\r\n7fffffff\r\n");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.headers().firstValue("connection")).contains("close");
    }
}
