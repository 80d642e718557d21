package dev.runnel.server;

import dev.runnel.server.base.AllowedOrigins;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.options.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.options.ServerOptions.ALLOWED_ORIGINS;
import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The requests to this server that a browser allows to pages of other servers. */
@Timeout(30)
class WebPagesTest {
    private static final String KEY = "sk-0123456789abcdefghijklmn";
    private static final String APP = "https://app.example";

    @TempDir
    Path folder;

    private TestServer start(UnaryOperator<ServerOptions> options) {
        return TestServer.start(folder, options);
    }

    private static ServerOptions named(ServerOptions options, String... origins) {
        return options.with(ALLOWED_ORIGINS, AllowedOrigins.of(List.of(origins)));
    }

    private static Answer ask(TestServer server, String line, String... headers) throws IOException {
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.send(line + " HTTP/1.1\r\nHost: localhost:8080\r\nConnection: close\r\n"
                    + String.join("", List.of(headers).stream().map(header -> header + "\r\n").toList()) + "\r\n");
            return raw.answer();
        }
    }

    private static String header(Answer answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "Origin: https://app.example, 200", "Origin: HTTPS://APP.example, 200", "Origin: https://app.example:444, 403",
        "Origin: http://app.example, 403", "Origin: http://localhost:3000, 403", "Origin: http://localhost:8080, 200",
        "Origin: https://localhost:8080, 200", "Origin: http://127.0.0.1:8080, 403", "Origin: null, 403",
        "Sec-Fetch-Site: cross-site, 403", "Sec-Fetch-Site: same-site, 403", "Sec-Fetch-Site: same-origin, 200",
        "Sec-Fetch-Site: none, 200"})
    void withoutKeysAPageOfAnotherServerMustBeNamed(String header, int status) throws IOException {
        try (TestServer server = start(options -> named(options, APP))) {
            Answer answer = ask(server, "GET /v1/assistants", header);

            assertThat(answer.status()).isEqualTo(status);
            if (status == 403) {
                assertThat(answer.error().path("code").asText()).isEqualTo("forbidden_origin");
            }
        }
    }

    @Test
    void aNamedPageOfAnotherSiteIsTakenAndMayReadTheAnswer() throws IOException {
        try (TestServer server = start(options -> named(options, APP))) {
            Answer answer = ask(server, "GET /v1/threads/thread_none", "Origin: " + APP, "Sec-Fetch-Site: cross-site");

            assertThat(answer.status()).isEqualTo(404);
            assertThat(header(answer, "access-control-allow-origin")).isEqualTo(APP);
            assertThat(header(answer, "access-control-expose-headers"))
                    .contains("x-request-id", "openai-processing-ms", "openai-poll-after-ms", "Retry-After");
            assertThat(header(answer, "vary")).contains("Origin");
            assertThat(header(ask(server, "GET /v1/assistants"), "access-control-allow-origin")).isEmpty();
        }
    }

    /** A browser sends no key with a preflight. */
    @Test
    void aPreflightOfANamedPageIsAnsweredWithoutAKey() throws IOException {
        try (TestServer server = start(options -> named(options, APP).with(API_KEYS, ApiKeys.of(List.of(KEY))))) {
            Answer answer = ask(server, "OPTIONS /v1/threads/runs", "Origin: " + APP,
                    "Access-Control-Request-Method: POST",
                    "Access-Control-Request-Headers: authorization,content-type,x-stainless-os");

            assertThat(answer.status()).isEqualTo(204);
            assertThat(header(answer, "access-control-allow-origin")).isEqualTo(APP);
            assertThat(header(answer, "access-control-allow-methods")).contains("POST", "DELETE");
            assertThat(header(answer, "access-control-allow-headers"))
                    .isEqualTo("authorization,content-type,x-stainless-os");
            Answer unauthorized = ask(server, "GET /v1/assistants", "Origin: " + APP);
            assertThat(unauthorized.status()).isEqualTo(401);
            assertThat(header(unauthorized, "access-control-allow-origin")).isEqualTo(APP);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPreflightOfAnyOtherPageIsRefusedInWords(boolean keys) throws IOException {
        try (TestServer server = start(options -> keys ? options.with(API_KEYS, ApiKeys.of(List.of(KEY))) : options)) {
            Answer answer = ask(server, "OPTIONS /v1/threads/runs", "Origin: http://localhost:3000",
                    "Access-Control-Request-Method: POST");

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.error().path("message").asText()).contains("http://localhost:3000", "--allow-origin");
            assertThat(header(answer, "access-control-allow-origin")).isEmpty();
        }
    }

    @Test
    void everyPageMayAskAServerWithKeysIfTheOptionSaysSo() throws IOException {
        try (TestServer server = start(options -> named(options, "*").with(API_KEYS, ApiKeys.of(List.of(KEY))))) {
            Answer answer = ask(server, "GET /v1/assistants", "Origin: http://any.example",
                    "Authorization: Bearer " + KEY);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(header(answer, "access-control-allow-origin")).isEqualTo("http://any.example");
        }
        assertThatThrownBy(() -> start(options -> named(options, "*"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs API keys");
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.example", "https://app.example/", "https://", "null", "", "https://a b"})
    void whatIsNoOriginIsRefused(String origin) {
        assertThatThrownBy(() -> AllowedOrigins.of(List.of(origin))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not an origin");
    }
}
