package dev.runnel.client.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Reads certificates and keys from PEM files (RFC 7468). Text between them is skipped. */
final class PemFile {
    private static final Pattern BLOCK = Pattern
            .compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final byte[] SIGNED = {1, 2, 3};
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    private PemFile() {}

    /**
     * All certificates, at least one, in the file's order.
     *
     * @throws IllegalArgumentException if there are none, or one cannot be read
     */
    static List<Certificate> certificates(Path file) throws IOException {
        List<Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Matcher block = BLOCK.matcher(text(file)); block.find();) {
                if (block.group(1).endsWith("CERTIFICATE")) {
                    certificates.add(factory.generateCertificate(new ByteArrayInputStream(bytes(block))));
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " has a certificate that cannot be read: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException(file + " has no certificate in PEM form (BEGIN CERTIFICATE)");
        }
        return certificates;
    }

    /**
     * The private key of a certificate.
     *
     * @throws IllegalArgumentException if there is none, it cannot be read, or it is another certificate's
     */
    static PrivateKey key(Path file, Certificate certificate) throws IOException {
        PrivateKey key = key(file, certificate.getPublicKey().getAlgorithm());
        if (!belong(key, certificate)) {
            throw new IllegalArgumentException("the key in " + file + " is not that of the certificate");
        }
        return key;
    }

    /** Whether the certificate proves what the key signs. */
    private static boolean belong(PrivateKey key, Certificate certificate) {
        String kind = key.getAlgorithm();
        try {
            Signature signature = Signature.getInstance(switch (kind) {
                case "RSA", "DSA" -> "SHA256with" + kind;
                case "EC" -> "SHA256withECDSA";
                default -> kind; // such as Ed25519
            });
            signature.initSign(key);
            signature.update(SIGNED);
            byte[] signed = signature.sign();
            signature.initVerify(certificate);
            signature.update(SIGNED);
            return signature.verify(signed);
        } catch (SignatureException | InvalidKeyException e) {
            return false;
        } catch (NoSuchAlgorithmException e) {
            return true; // not to be checked in this way
        }
    }

    private static PrivateKey key(Path file, String algorithm) throws IOException {
        String text = text(file);
        for (Matcher block = BLOCK.matcher(text); block.find();) {
            if (block.group(1).equals("PRIVATE KEY")) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes(block)));
                } catch (GeneralSecurityException | IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            file + " has a key that cannot be read as one of " + algorithm, e);
                }
            }
        }
        throw new IllegalArgumentException(text.contains("PRIVATE KEY-----")
                ? file + " has a key in another form; convert it: openssl pkcs8 -topk8 -nodes -in " + file
                        + " -out key.pem"
                : file + " has no key in PEM form (BEGIN PRIVATE KEY)");
    }

    private static byte[] bytes(Matcher block) {
        return Base64.getMimeDecoder().decode(block.group(2));
    }

    private static String text(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IllegalArgumentException(file + " is larger than 16 MiB, which no PEM file is");
        }
        return Files.readString(file, ISO_8859_1);
    }
}
