package dev.runnel.client;

import dev.runnel.client.transport.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.runnel.client.Fixture.HI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Faults of a server's TLS are told in words. */
@Timeout(60)
class TlsFaultsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    enum Fault {
        UNKNOWN_AUTHORITY("is not trusted", "dns:localhost", "-1d"),
        EXPIRED("certificate has expired", "dns:localhost", "-10d"),
        NOT_YET_VALID("is not valid yet", "dns:localhost", "+10d"),
        OTHER_NAME("is another host's", "dns:models.example", "-1d"),
        OTHER_ADDRESS("is another host's", "ip:192.0.2.1", "-1d"),
        NO_TLS("does not speak TLS"),
        CUT("in the middle of the TLS handshake"),
        RESET("TLS handshake");

        private final String words;
        private final @Nullable String name;
        private final String start;

        Fault(String words) {
            this(words, null, "");
        }

        /** A server with a certificate for a name, valid for five days from a day on. */
        Fault(String words, @Nullable String name, String start) {
            this.words = words;
            this.name = name;
            this.start = start;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFaultIsToldInWords(Fault fault) throws Exception {
        KeyStore keys = fault.name == null ? null : keys(fault.name, fault.start);
        RunnelClient.Builder builder = RunnelClient.builder().maxRetries(0);
        if (keys != null && fault != Fault.UNKNOWN_AUTHORITY) {
            builder.tls(TlsSettings.of(trustingTheAuthorityOf(keys)));
        }
        try (ServerSocket server = keys == null ? plain() : tls(keys);
                RunnelClient client = builder.baseUrl("https://localhost:" + server.getLocalPort() + "/v1").build()) {
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

    /** An authority's key, and a server's with a certificate that it signed. */
    private KeyStore keys(String name, String start) throws Exception {
        Path store = folder.resolve("keys.p12");
        generate(store, "authority", List.of("-ext", "bc:c"));
        generate(store, "server", List.of(
                "-signer", "authority", "-ext", "san=" + name, "-startdate", start, "-validity", "5"));
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    private static void generate(Path store, String alias, List<String> more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-genkeypair", "-alias", alias,
                "-keyalg", "EC", "-dname", "CN=" + alias, "-keystore", store.toString(), "-storepass", PASSWORD));
        command.addAll(more);
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
    }

    private static SSLContext trustingTheAuthorityOf(KeyStore keys) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", keys.getCertificate("authority"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static ServerSocket tls(KeyStore keys) throws Exception {
        keys.deleteEntry("authority");
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), null, null);
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
