package dev.runnel.client.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.client.transport.Exchanges.body;
import static dev.runnel.client.transport.Exchanges.get;
import static dev.runnel.client.transport.TestKeys.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whom a client trusts, and how it shows who it is. */
@Timeout(180)
class TlsSettingsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final KeyStore SERVER = TestKeys.generated();
    private static final KeyStore CLIENT = TestKeys.generated();

    @TempDir
    Path folder;

    private static byte[] certificate(KeyStore keys) throws GeneralSecurityException {
        return keys.getCertificate("test").getEncoded();
    }

    private Path pem(String name, String kind, byte[] bytes) throws IOException {
        return Files.writeString(folder.resolve(name), "subject=CN = test, not to be read\n-----BEGIN " + kind
                + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + kind + "-----\n");
    }

    private static String exchange(TlsSettings settings, boolean asked) throws IOException {
        SSLServerSocketFactory sockets = TestKeys.contextOf(SERVER, CLIENT).getServerSocketFactory();
        ServerSocketFactory factory = new AskingForCertificates(sockets, asked);
        try (Peer peer = Peer.of(factory, "https", InetAddress.getLoopbackAddress(), Peer.answering(OK));
                SocketTransport transport = new SocketTransport(ProxySettings.NONE, settings)) {
            return body(transport.send(get(URI.create("https://localhost:" + peer.port() + "/"))));
        }
    }

    @Test
    void aCertificateIsTrustedFromAFileOrAStoreOrAContext() throws Exception {
        assertThat(exchange(TlsSettings.trusting(pem("ca.pem", "CERTIFICATE", certificate(SERVER))), false))
                .isEqualTo("ok");
        assertThat(exchange(TlsSettings.trusting(TestKeys.trustOf(SERVER)), false)).isEqualTo("ok");
        assertThat(exchange(TlsSettings.of(TestKeys.contextOf(SERVER)), false)).isEqualTo("ok");
        TlsSettings another = TlsSettings.trusting(TestKeys.trustOf(CLIENT));
        assertThatThrownBy(() -> exchange(another, false)).isInstanceOf(IOException.class);
    }

    @Test
    void aFileMayHoldManyCertificates() throws Exception {
        Path bundle = pem("a.pem", "CERTIFICATE", certificate(CLIENT));
        Files.writeString(bundle, Files.readString(bundle)
                + Files.readString(pem("b.pem", "CERTIFICATE", certificate(SERVER))).replace("\n", "\r\n"));
        assertThat(exchange(TlsSettings.trusting(bundle), false)).isEqualTo("ok");
    }

    @Test
    void aServerThatAsksForTheClientsCertificateGetsIt() throws Exception {
        TlsSettings trust = TlsSettings.trusting(TestKeys.trustOf(SERVER));
        assertThatThrownBy(() -> exchange(trust, true)).isInstanceOf(IOException.class);
        assertThat(exchange(trust.withClientCertificate(CLIENT, PASSWORD), true)).isEqualTo("ok");
        Path certificate = pem("client.pem", "CERTIFICATE", certificate(CLIENT));
        Path key = pem("client.key", "PRIVATE KEY", CLIENT.getKey("test", PASSWORD).getEncoded());
        assertThat(exchange(trust.withClientCertificate(certificate, key), true)).isEqualTo("ok");
    }

    @Test
    void whatCannotBeUsedIsRefusedInWords() throws Exception {
        Path certificate = pem("client.pem", "CERTIFICATE", certificate(CLIENT));
        Path key = pem("client.key", "PRIVATE KEY", CLIENT.getKey("test", PASSWORD).getEncoded());
        assertThatThrownBy(() -> TlsSettings.trusting(key)).hasMessage(
                key + " has no certificate in PEM form (BEGIN CERTIFICATE)");
        assertThatThrownBy(() -> TlsSettings.trusting(pem("odd.pem", "CERTIFICATE", new byte[10])))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> TlsSettings.DEFAULT.withClientCertificate(certificate, certificate))
                .hasMessageContaining("has no key in PEM form");
        assertThatThrownBy(() -> TlsSettings.DEFAULT.withClientCertificate(certificate,
                pem("old.pem", "EC PRIVATE KEY", new byte[10])))
                .hasMessageContaining("openssl pkcs8 -topk8 -nodes -in ");
        assertThatThrownBy(() -> TlsSettings.DEFAULT.withClientCertificate(certificate,
                pem("broken.pem", "PRIVATE KEY", new byte[10])))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("as one of EC");
        assertThatThrownBy(() -> TlsSettings.trusting(folder.resolve("none.pem"))).isInstanceOf(IOException.class);
        KeyStore empty = KeyStore.getInstance("PKCS12");
        empty.load(null, null);
        assertThatThrownBy(() -> TlsSettings.trusting(empty)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TlsSettings.DEFAULT.withClientCertificate(CLIENT, new char[] {'x'}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TlsSettings.of(TestKeys.contextOf(SERVER)).withClientCertificate(CLIENT, PASSWORD))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Server sockets that want to see a certificate, or not. */
    private static final class AskingForCertificates extends ServerSocketFactory {
        private final SSLServerSocketFactory sockets;
        private final boolean asking;

        AskingForCertificates(SSLServerSocketFactory sockets, boolean asking) {
            this.sockets = sockets;
            this.asking = asking;
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress at) throws IOException {
            SSLServerSocket socket = (SSLServerSocket) sockets.createServerSocket(port, backlog, at);
            socket.setNeedClientAuth(asking);
            return socket;
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return createServerSocket(port, backlog, InetAddress.getLoopbackAddress());
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return createServerSocket(port, 0);
        }
    }
}
