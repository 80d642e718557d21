package dev.runnel.server.edge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

import static org.assertj.core.api.Assertions.assertThat;

/** A certificate for localhost, signed by itself or by another, and its key, in PEM files. */
public record PemPair(Path certificate, Path key) {
    private static final String PASSWORD = "changeit";
    private static final String ALIAS = "test";
    private static final String SIGNED = "signed";

    /** Makes a pair whose certificate has this name. */
    public static PemPair make(Path folder, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve(name + ".p12");
        keytool(store, ALIAS, name, "-ext", "bc:c");
        return saved(folder, name, store, ALIAS);
    }

    /** Makes a pair whose certificate has this name, and is signed by this one's. */
    PemPair sign(Path folder, String name) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve(name + ".p12");
        Files.copy(Path.of(certificate.toString().replaceFirst("\\.crt$", ".p12")), store);
        keytool(store, SIGNED, name, "-signer", ALIAS);
        return saved(folder, name, store, SIGNED);
    }

    private static void keytool(Path store, String alias, String name, String option, String value)
            throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-genkeypair", "-alias", alias,
                "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=dns:localhost,ip:127.0.0.1", option, value,
                "-keystore", store.toString(), "-storepass", PASSWORD).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
    }

    private static PemPair saved(Path folder, String name, Path store, String alias)
            throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        PemPair pair = new PemPair(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
        write(pair.certificate, "CERTIFICATE", keys.getCertificate(alias).getEncoded());
        write(pair.key, "PRIVATE KEY", keys.getKey(alias, PASSWORD.toCharArray()).getEncoded());
        return pair;
    }

    private static void write(Path file, String kind, byte[] bytes) throws IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(bytes);
        Files.writeString(file, "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }
}
