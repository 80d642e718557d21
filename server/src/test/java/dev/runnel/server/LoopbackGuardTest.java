package dev.runnel.server;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.runnel.server.options.ServerOptions.HOST;
import static dev.runnel.server.options.ServerOptions.INSECURE;
import static org.assertj.core.api.Assertions.assertThat;

/** Web pages must not use a server that listens on loopback and asks for no key. */
@Timeout(180)
class LoopbackGuardTest {
    private static final String GET = "GET /v1/models HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n";

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

    @ParameterizedTest
    @CsvSource({
        "evil.example:8080, , 403, forbidden_host",
        "127.0.0.1.evil.example, , 403, forbidden_host",
        "127.0.0.1:8080, http://evil.example, 403, forbidden_origin",
        "localhost, null, 403, forbidden_origin",
        "localhost, http://localhost.evil.example:3000, 403, forbidden_origin",
        "127.0.0.1:8080, http://localhost:3000, 403, forbidden_origin",
        "127.0.0.1:8080, http://127.0.0.1:8080, 200, ",
        "[::1]:8080, , 200, ",
        "LOCALHOST, , 200, "})
    void onlyLoopbackHostsAndTheServersOwnOriginAreTaken(String host, String origin, int status, String code)
            throws IOException {
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.send(GET.formatted(host) + (origin == null ? "" : "Origin: " + origin + "\r\n") + "\r\n");
            Answer answer = raw.answer();

            assertThat(answer.status()).isEqualTo(status);
            if (status != 200) {
                assertThat(answer.error().path("code").asText()).isEqualTo(code);
                assertThat(server.models().requests()).isEmpty();
            }
        }
    }

    /** The request that a page may send without asking first: a form's content type, and no header of its own. */
    @Test
    void whatAPagePostsDoesNothing() throws IOException {
        String thread = server.newThread();
        String message = "{\"role\":\"user\",\"content\":\"x\"}";
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.send("POST /v1/threads/" + thread + "/messages HTTP/1.1\r\nHost: 127.0.0.1:" + server.port()
                    + "\r\nOrigin: http://evil.example\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: "
                    + message.length() + "\r\n\r\n" + message);

            assertThat(raw.answer().error().path("code").asText()).isEqualTo("forbidden_origin");
        }
        assertThat(server.get("/threads/" + thread + "/messages").ids()).hasSize(1);
    }

    @Test
    void aServerThatListensElsewhereTooIsKnownByOtherNames(@TempDir Path other) throws IOException {
        try (TestServer open = TestServer.start(other, options -> options.with(HOST, "0.0.0.0").with(INSECURE, true));
                RawHttp raw = new RawHttp(open.port())) {
            raw.send(GET.formatted("runnel.example") + "Origin: http://runnel.example\r\n\r\n");

            assertThat(raw.answer().status()).isEqualTo(200);
        }
    }
}
