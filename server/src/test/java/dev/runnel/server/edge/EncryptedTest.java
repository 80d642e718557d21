package dev.runnel.server.edge;

import dev.runnel.client.transport.TlsSettings;
import dev.runnel.server.edge.listen.HttpServer;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.edge.listen.ServerCertificate;
import dev.runnel.server.time.VirtualTime;
import dev.runnel.testkit.LogLines;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A server that speaks TLS by itself. */
@Timeout(60)
class EncryptedTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final Echo echo = new Echo();
    private final VirtualTime time = new VirtualTime(Instant.EPOCH);
    private PemPair shown;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        shown = PemPair.make(folder, "first");
        server = HttpServer.start(
                HttpSettings.at("127.0.0.1", 0, 100, PATIENCE, time)
                        .encryptedWith(new ServerCertificate(shown.certificate(), shown.key())),
                echo, _ -> {});
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpClient client(PemPair trusted) throws IOException {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .sslContext(TlsSettings.trusting(trusted.certificate()).context()).build();
    }

    private HttpResponse<String> get(HttpClient client, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path)).build(),
                BodyHandlers.ofString());
    }

    private static String name(HttpResponse<?> response) throws IOException {
        X509Certificate certificate = (X509Certificate) response.sslSession().orElseThrow().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    private static void replace(PemPair old, PemPair by) throws IOException {
        Files.copy(by.certificate(), old.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(by.key(), old.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(old.key(), FileTime.from(Instant.now().plusSeconds(60)));
    }

    @Test
    void requestsAndStreamsAreAnsweredOnOneConnection() throws Exception {
        try (HttpClient client = client(shown)) {
            assertThat(get(client, "/a").statusCode()).isEqualTo(200);
            assertThat(get(client, "/stream").body()).isEqualTo("abc");
            assertThat(get(client, "/a").statusCode()).isEqualTo(200);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aHangUpIsNoticed() throws Exception {
        try (HttpClient client = client(shown)) {
            var _ = client.sendAsync(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/wait")).build(),
                    BodyHandlers.ofString());
            assertThat(echo.seen.poll(30, TimeUnit.SECONDS)).isEqualTo("begun");
            client.shutdownNow();
            assertThat(echo.seen.poll(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
        }
    }

    @Test
    void aNewCertificateIsShownToNewConnections() throws Exception {
        PemPair next = PemPair.make(folder, "second");
        try (HttpClient before = client(shown); HttpClient after = client(next)) {
            assertThat(name(get(before, "/a"))).isEqualTo("CN=first");
            try (LogLines log = LogLines.of("dev.runnel.server.edge")) {
                Files.writeString(shown.key(), "half");
                Files.setLastModifiedTime(shown.key(), FileTime.from(Instant.now().plusSeconds(30)));
                time.pass(Duration.ofSeconds(10));
                assertThat(log.lines()).singleElement().asString().contains("the server keeps the one that it has",
                        "first.key");
            }
            assertThat(name(get(before, "/a"))).isEqualTo("CN=first");

            replace(shown, next);
            time.pass(Duration.ofSeconds(10));
            assertThat(name(get(after, "/a"))).isEqualTo("CN=second");
        }
    }

    @Test
    void aClientWithoutTlsAndASilentOneAreLetGo() throws Exception {
        try (RawSocket silent = new RawSocket(server.port())) {
            Connections.await(() -> server.connections() == 1);
            Connections.await(() -> {
                time.pass(Duration.ofSeconds(31));
                return server.connections() == 0;
            });
            assertThat(silent.ended()).isTrue();
        }
        try (RawSocket plain = new RawSocket(server.port())) {
            plain.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
            while (!plain.ended()) {
                // An alert's bytes may come first.
            }
        }
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        PemPair other = PemPair.make(folder, "other");
        assertThatThrownBy(() -> new ServerCertificate(shown.certificate(), other.key()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other.key is not that of the certificate");
        assertThatThrownBy(() -> new ServerCertificate(shown.certificate(), folder.resolve("none")))
                .hasMessageContaining("none cannot be read");
    }
}
