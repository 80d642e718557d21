package dev.runnel.client.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** A key with a certificate that it signed itself, for localhost and for a host that no name server knows. */
final class TestKeys {
    static final String UNKNOWN_HOST = "model.invalid";
    static final char[] PASSWORD = "changeit".toCharArray();

    private static final String ALIAS = "test";

    private TestKeys() {}

    static KeyStore generated() {
        try {
            Path folder = Files.createTempDirectory("runnel-test-");
            Path store = folder.resolve("keys.p12");
            generate(store);
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
            Files.delete(store);
            Files.delete(folder);
            return keys;
        } catch (IOException | GeneralSecurityException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void generate(Path store) throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-genkeypair", "-alias", ALIAS,
                "-keyalg", "EC", "-dname", "CN=test", "-ext", "san=dns:localhost,dns:" + UNKNOWN_HOST, "-keystore",
                store.toString(), "-storepass", new String(PASSWORD)).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
    }

    /** A store that holds the certificate alone. */
    static KeyStore trustOf(KeyStore keys) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
        return trusted;
    }

    /** For a server with this key, and for a client that trusts it. */
    static SSLContext contextOf(KeyStore keys) {
        return contextOf(keys, keys);
    }

    /** For a server with the first key, whose clients have the second. */
    static SSLContext contextOf(KeyStore keys, KeyStore others) {
        try {
            KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, PASSWORD);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trustOf(others));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
