package dev.runnel.server.edge;

import dev.runnel.client.transport.TlsSettings;
import dev.runnel.server.edge.listen.HttpServer;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.edge.listen.ServerCertificate;
import dev.runnel.server.time.SystemTimers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** HTTP/2 as a client of another author speaks it: Java's own. */
@Timeout(60)
class Http2Test {
    @TempDir
    static Path folder;

    private static PemPair shown;

    private final Echo echo = new Echo();
    private HttpServer server;
    private HttpClient client;

    @BeforeAll
    static void certify() throws Exception {
        shown = PemPair.make(folder, "server");
    }

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.start(
                HttpSettings.at("127.0.0.1", 0, 1_000, Duration.ofMinutes(1), SystemTimers.get())
                        .encryptedWith(new ServerCertificate(shown.certificate(), shown.key())),
                echo, _ -> {});
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2)
                .sslContext(TlsSettings.trusting(shown.certificate()).context()).build();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        return response;
    }

    @Test
    void requestsAndStreamsAreAnsweredOnOneConnection() throws Exception {
        assertThat(send(to("/a")).body()).isEqualTo("GET /a ");
        assertThat(send(to("/stream")).body()).isEqualTo("abc");
        assertThat(send(to("/b").POST(BodyPublishers.ofString("hello"))).body()).isEqualTo("POST /b hello");
        HttpResponse<String> head = send(to("/a").HEAD());
        assertThat(head.headers().firstValue("content-length")).hasValue("8");
        assertThat(head.headers().firstValue("date")).isPresent();
        assertThat(head.body()).isEmpty();
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void aBodyLargerThanEachWindowGoesBothWays() throws Exception {
        String large = "0123456789abcdef".repeat(256 * 1024);
        assertThat(send(to("/a").POST(BodyPublishers.ofString(large))).body()).isEqualTo("POST /a " + large);
        assertThat(send(to("/stream").POST(BodyPublishers.ofString(large))).body()).isEqualTo(large + "abc");
    }

    @Test
    void manyRequestsAtOnceShareOneConnection() throws Exception {
        send(to("/a"));
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(client.sendAsync(to("/wait").build(), BodyHandlers.ofString()));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(echo.seen.poll(30, TimeUnit.SECONDS)).isEqualTo("begun");
        }
        assertThat(send(to("/between")).body()).isEqualTo("GET /between ");
        assertThat(server.connections()).isEqualTo(1);
        echo.gate.countDown();
        for (CompletableFuture<HttpResponse<String>> response : waiting) {
            assertThat(response.get(30, TimeUnit.SECONDS).body()).isEqualTo("waited");
        }
    }

    @Test
    void aCancelledRequestIsAHangUpAndDisturbsNoOther() throws Exception {
        send(to("/a"));
        CompletableFuture<HttpResponse<String>> left = client.sendAsync(to("/wait").build(), BodyHandlers.ofString());
        assertThat(echo.seen.poll(30, TimeUnit.SECONDS)).isEqualTo("begun");
        CompletableFuture<HttpResponse<String>> stays = client.sendAsync(to("/wait").build(), BodyHandlers.ofString());
        assertThat(echo.seen.poll(30, TimeUnit.SECONDS)).isEqualTo("begun");
        left.cancel(true);
        assertThat(echo.seen.poll(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
        echo.gate.countDown();
        assertThat(stays.get(30, TimeUnit.SECONDS).body()).isEqualTo("waited");
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void aClientThatHasGoneIsAHangUpOfAllItsRequests() throws Exception {
        for (int i = 0; i < 2; i++) {
            var _ = client.sendAsync(to("/wait").build(), BodyHandlers.ofString());
            assertThat(echo.seen.poll(30, TimeUnit.SECONDS)).isEqualTo("begun");
        }
        client.shutdownNow();
        assertThat(echo.seen.poll(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
        assertThat(echo.seen.poll(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
        Connections.awaitNone(server);
    }

    @Test
    void aRequestWhoseBodyNobodyReadsIsAnsweredAndTheConnectionServesOn() throws Exception {
        send(to("/a"));
        String large = "x".repeat(8 * 1024 * 1024);
        assertThat(send(to("/unread").POST(BodyPublishers.ofString("small"))).body()).isEqualTo("unread");
        assertThat(send(to("/unread").POST(BodyPublishers.ofString(large))).body()).isEqualTo("unread");
        assertThat(send(to("/a")).body()).isEqualTo("GET /a ");
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void aStopLetsRequestsUnderWayEnd() throws Exception {
        CompletableFuture<HttpResponse<String>> busy = client.sendAsync(to("/wait").build(), BodyHandlers.ofString());
        assertThat(echo.seen.poll(30, TimeUnit.SECONDS)).isEqualTo("begun");
        Thread stop = Thread.ofVirtual().start(() -> server.stop(Duration.ofSeconds(50)));
        echo.gate.countDown();
        assertThat(busy.get(30, TimeUnit.SECONDS).body()).isEqualTo("waited");
        assertThat(stop.join(Duration.ofSeconds(20))).isTrue();
        assertThat(server.connections()).isZero();
    }
}
