package dev.runnel.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.runnel.client.Fixture.HI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What is wrong with a server's TLS is told in words. */
@Timeout(60)
class TlsFaultsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    enum Fault {
        SELF_SIGNED("is not trusted"),
        NO_TLS("does not speak TLS"),
        CUT("in the middle of the TLS handshake"),
        RESET("TLS handshake");

        private final String words;

        Fault(String words) {
            this.words = words;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFaultIsToldInWords(Fault fault) throws Exception {
        try (ServerSocket server = fault == Fault.SELF_SIGNED ? selfSigned() : plain();
                RunnelClient client = RunnelClient.builder()
                        .baseUrl("https://localhost:" + server.getLocalPort() + "/v1").maxRetries(0).build()) {
            Thread serving = new Thread(() -> serve(server, fault), "faulty-server");
            serving.setDaemon(true);
            serving.start();
            ConnectionException failure = catchThrowableOfType(
                    ConnectionException.class, () -> client.chat().stream(HI));
            assertThat(failure).hasMessageContaining(fault.words).hasMessageContaining("https://localhost");
            assertThat(failure.getMessage()).doesNotContain("Exception").hasLineCount(1);
        }
    }

    private static ServerSocket plain() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getByName("localhost"));
    }

    private ServerSocket selfSigned() throws Exception {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "test",
                "-keyalg", "EC", "-dname", "CN=test", "-ext", "san=dns:localhost", "-keystore", store.toString(),
                "-storepass", PASSWORD).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getByName("localhost"));
    }

    private static void serve(ServerSocket server, Fault fault) {
        while (true) {
            try (Socket socket = server.accept()) {
                int first = socket.getInputStream().read();
                if (fault == Fault.NO_TLS) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } else if (fault == Fault.RESET) {
                    socket.setSoLinger(true, 0);
                }
                assertThat(first).isNotNegative();
            } catch (IOException e) {
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }
}
