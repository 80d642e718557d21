package dev.runnel.server.edge.listen;

import dev.runnel.client.transport.TlsSettings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The certificate by which a server speaks TLS, and the certificates that it asks its clients for, from PEM files. New connections use the files' new contents some seconds after
 * the files have changed. Thread-safe.
 */
public final class ServerCertificate {
    private static final System.Logger LOG = System.getLogger(ServerCertificate.class.getName());

    /** The names of the versions of HTTP in a handshake (ALPN). */
    static final String HTTP_2 = "h2";
    private static final String HTTP_1_1 = "http/1.1";

    private final Path certificates;
    private final Path key;
    private final @Nullable Path clients;
    private volatile Read read;

    /** The files' contents, and the times of their last changes. */
    private record Read(SSLSocketFactory sockets, List<FileTime> changed) {}

    /** As {@link #ServerCertificate(Path, Path, Path)}, for clients without certificates. */
    public ServerCertificate(Path certificates, Path key) {
        this(certificates, key, null);
    }

    /**
     * Reads a certificate.
     *
     * @param certificates the server's certificate, then its chain
     * @param key the private key as PKCS #8, without a password
     * @param clients certificates, one of which must have signed that of a client; null if clients need none
     * @throws IllegalArgumentException if a file cannot be read, or the key is not the certificate's
     */
    public ServerCertificate(Path certificates, Path key, @Nullable Path clients) {
        this.certificates = certificates;
        this.key = key;
        this.clients = clients;
        try {
            this.read = read();
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage() + " cannot be read", e);
        }
    }

    private Read read() throws IOException {
        List<FileTime> changed = changed();
        TlsSettings trust = clients == null ? TlsSettings.DEFAULT : TlsSettings.trusting(clients);
        return new Read(trust.withClientCertificate(certificates, key).context().getSocketFactory(), changed);
    }

    private List<FileTime> changed() throws IOException {
        List<FileTime> times = new ArrayList<>();
        for (Path file : clients == null ? List.of(certificates, key) : List.of(certificates, key, clients)) {
            times.add(Files.getLastModifiedTime(file));
        }
        return times;
    }

    /**
     * Speaks TLS on a connection that was accepted.
     *
     * @param accepted is closed with the returned socket
     */
    SSLSocket over(Socket accepted) throws IOException {
        SSLSocket encrypted = (SSLSocket) read.sockets.createSocket(
                accepted, accepted.getInetAddress().getHostAddress(), accepted.getPort(), true);
        encrypted.setUseClientMode(false);
        encrypted.setNeedClientAuth(clients != null);
        encrypted.setHandshakeApplicationProtocolSelector((_, offered) -> chosen(offered));
        return encrypted;
    }

    /** The version of HTTP for a client that offers these; none if the client knows another one only, or did not say. */
    private static String chosen(List<String> offered) {
        return offered.contains(HTTP_2) ? HTTP_2 : offered.contains(HTTP_1_1) ? HTTP_1_1 : "";
    }

    /** Reads the files again if one has changed. If they cannot be used, what was read before stays. */
    void refresh() {
        try {
            if (!changed().equals(read.changed)) {
                read = read();
                LOG.log(Level.INFO, "loaded a new certificate from {0}", certificates);
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "cannot load the new certificate; the server keeps the one that it has: {0}",
                    e.getMessage());
        }
    }
}
