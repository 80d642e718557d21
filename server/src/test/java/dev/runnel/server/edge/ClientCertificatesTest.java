package dev.runnel.server.edge;

import dev.runnel.client.transport.TlsSettings;
import dev.runnel.server.edge.listen.HttpServer;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.edge.listen.ServerCertificate;
import dev.runnel.server.time.VirtualTime;
import dev.runnel.testkit.LogLines;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A server that asks its clients for certificates. */
@Timeout(60)
class ClientCertificatesTest {
    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime(Instant.EPOCH);
    private PemPair shown;
    private PemPair authority;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        shown = PemPair.make(folder, "server");
        authority = PemPair.make(folder, "authority");
        server = HttpServer.start(
                HttpSettings.at("127.0.0.1", 0, 100, Duration.ofMinutes(1), time).encryptedWith(
                        new ServerCertificate(shown.certificate(), shown.key(), authority.certificate())),
                new Echo(), _ -> {});
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TlsSettings trusting() throws IOException {
        return TlsSettings.trusting(shown.certificate());
    }

    private String get(TlsSettings tls, HttpClient.Version version) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().version(version).sslContext(tls.context()).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/a")).build(),
                    BodyHandlers.ofString()).body();
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aClientWithASignedCertificateIsServed(HttpClient.Version version) throws Exception {
        PemPair client = authority.sign(folder, "client");
        TlsSettings tls = trusting().withClientCertificate(client.certificate(), client.key());
        assertThat(get(tls, version)).isEqualTo("GET /a ");
    }

    @Test
    void othersAreNotServedAndALineOfTheLogSaysSo() throws Exception {
        PemPair stranger = PemPair.make(folder, "stranger");
        TlsSettings strangers = trusting().withClientCertificate(stranger.certificate(), stranger.key());
        Logger logger = Logger.getLogger("dev.runnel.server.edge");
        try (LogLines log = LogLines.of("dev.runnel.server.edge")) {
            logger.setLevel(Level.FINE);
            assertThat(answered(trusting())).isFalse();
            assertThat(log.lines()).singleElement().asString().startsWith("FINE: a handshake failed");
            assertThat(answered(strangers)).isFalse();
            assertThat(log.lines()).hasSize(2).last().asString().startsWith("FINE: a handshake failed");
        } finally {
            logger.setLevel(null);
        }
        assertThatThrownBy(() -> get(strangers, HttpClient.Version.HTTP_2)).isInstanceOf(IOException.class);
    }

    /** Whether a request on one connection gets a byte of an answer; returns when the server has closed the connection. */
    private boolean answered(TlsSettings tls) throws IOException, InterruptedException {
        try (Socket client = tls.context().getSocketFactory().createSocket("localhost", server.port())) {
            client.getOutputStream().write(RawHttp2.ascii("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            return client.getInputStream().read() >= 0;
        } catch (SocketException | SSLException e) {
            return false;
        } finally {
            Connections.awaitNone(server);
        }
    }

    @Test
    void aNewFileOfAuthoritiesIsHeededWithoutARestart() throws Exception {
        PemPair next = PemPair.make(folder, "next");
        PemPair client = next.sign(folder, "client");
        TlsSettings tls = trusting().withClientCertificate(client.certificate(), client.key());
        assertThatThrownBy(() -> get(tls, HttpClient.Version.HTTP_2)).isInstanceOf(IOException.class);
        Files.copy(next.certificate(), authority.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(authority.certificate(), FileTime.from(Instant.now().plusSeconds(60)));
        time.pass(Duration.ofSeconds(10));
        assertThat(get(tls, HttpClient.Version.HTTP_2)).isEqualTo("GET /a ");
    }

    @Test
    void aFileWithoutACertificateIsRefused() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing");
        assertThatThrownBy(() -> new ServerCertificate(shown.certificate(), shown.key(), empty))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("empty.pem");
        assertThatThrownBy(() -> new ServerCertificate(shown.certificate(), shown.key(), folder.resolve("none")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("none cannot be read");
    }
}
