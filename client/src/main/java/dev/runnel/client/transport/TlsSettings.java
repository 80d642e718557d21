package dev.runnel.client.transport;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The servers that are trusted over TLS, and the client's certificate for a server that asks for one. A server's certificate
 * must always name the host. Immutable and thread-safe. Files are read at once; a file that cannot be read is an {@link
 * IOException} or an {@link IllegalArgumentException} with the reason.
 */
public final class TlsSettings {
    /** Trusts what Java trusts, and has no certificate of its own. */
    public static final TlsSettings DEFAULT = new TlsSettings(null, null, null);

    private static final String ALIAS = "runnel-";

    private final @Nullable SSLContext given;
    private final TrustManager @Nullable [] trusted;
    private final KeyManager @Nullable [] own;

    private TlsSettings(
            @Nullable SSLContext given, TrustManager @Nullable [] trusted, KeyManager @Nullable [] own) {
        this.given = given;
        this.trusted = trusted;
        this.own = own;
    }

    /** The trust and the certificates of this context. */
    public static TlsSettings of(SSLContext context) {
        return new TlsSettings(context, null, null);
    }

    /**
     * Trusts the certificates in a PEM file, and certificates signed by them; no others, not even those that Java trusts.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it has no certificates
     */
    public static TlsSettings trusting(Path pem) throws IOException {
        List<Certificate> certificates = PemFile.certificates(pem);
        try {
            KeyStore store = empty();
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry(ALIAS + i, certificates.get(i));
            }
            return trusting(store);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificates in " + pem + " cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Trusts the certificates in a key store, and certificates signed by them; no others.
     *
     * @throws IllegalArgumentException if it has none
     */
    public static TlsSettings trusting(KeyStore certificates) {
        try {
            if (certificates.size() == 0) {
                throw new IllegalArgumentException("the key store has no certificates to trust");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(certificates);
            return new TlsSettings(null, factory.getTrustManagers(), null);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key store cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * The same trust, and a client certificate from PEM files.
     *
     * @param certificates the client's certificate, then its chain, if there is one
     * @param key its private key as PKCS #8 ({@code BEGIN PRIVATE KEY}), without a password
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if the files have other contents, or the key is not the certificate's
     * @throws IllegalStateException if an {@link SSLContext} was given, which has its own certificates
     */
    public TlsSettings withClientCertificate(Path certificates, Path key) throws IOException {
        List<Certificate> chain = PemFile.certificates(certificates);
        try {
            KeyStore store = empty();
            store.setKeyEntry(ALIAS, PemFile.key(key, chain.get(0)), new char[0], chain.toArray(Certificate[]::new));
            return withClientCertificate(store, new char[0]);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificate in " + certificates + " cannot be used with the key in "
                    + key + ": " + e.getMessage(), e);
        }
    }

    /**
     * The same trust, and a client certificate from a key store.
     *
     * @param password of the key; it is not kept
     * @throws IllegalArgumentException if the store's key cannot be read
     * @throws IllegalStateException if an {@link SSLContext} was given, which has its own certificates
     */
    public TlsSettings withClientCertificate(KeyStore store, char[] password) {
        if (given != null) {
            throw new IllegalStateException("an SSLContext has its own certificates; put the client's there");
        }
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            return new TlsSettings(null, trusted, factory.getKeyManagers());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key store cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** These settings as an SSL context, for example for a {@link java.net.http.HttpClient}. */
    public SSLContext context() {
        try {
            if (given != null) {
                return given;
            } else if (trusted == null && own == null) {
                return SSLContext.getDefault();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own, trusted, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS cannot be used: " + e.getMessage(), e);
        }
    }
}
