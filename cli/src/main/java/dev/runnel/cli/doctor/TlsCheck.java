package dev.runnel.cli.doctor;

import dev.runnel.cli.servers.HttpProbe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Checks whether a port speaks TLS, with a certificate that is trusted here. */
final class TlsCheck {
    private static final byte[] ANSWER = "HTTP/".getBytes(StandardCharsets.US_ASCII);

    private final String host;
    private final InetSocketAddress address;
    private final Report report;

    TlsCheck(String host, InetSocketAddress address, Report report) {
        this.host = host;
        this.address = address;
        this.report = report;
    }

    boolean works() {
        long start = System.nanoTime();
        try {
            report.add(Finding.fine("tls", handshake(host, address) + Report.since(start)));
            return true;
        } catch (IOException e) {
            report.add(failed(e));
            return false;
        }
    }

    /** The result of the handshake. */
    private static String handshake(String host, InetSocketAddress address) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        try (Socket plain = connect(address);
                SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, address.getPort(), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            SSLSession session = socket.getSession();
            X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
            return session.getProtocol() + ", certificate valid until " + certificate.getNotAfter().toInstant();
        }
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            int patience = Math.toIntExact(HttpProbe.CONNECT.toMillis());
            socket.connect(address, patience);
            socket.setSoTimeout(patience);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private Finding failed(IOException failure) {
        if (cause(failure, CertificateExpiredException.class)
                || cause(failure, CertificateNotYetValidException.class)) {
            return Finding.wrong("tls", "the certificate is not valid now",
                    "renew it; or set this machine's clock, if that is what is wrong");
        }
        if (cause(failure, CertPathBuilderException.class)) {
            return Finding.wrong("tls", "Java does not trust the issuer of the certificate",
                    "if it is your own authority's: RUNNEL_JAVA_OPTIONS='-Djavax.net.ssl.trustStore=FILE'");
        }
        if (cause(failure, CertificateException.class)) {
            return Finding.wrong("tls", "the certificate is for another name: " + failure.getMessage(),
                    "use the name that the certificate has");
        }
        if (speaksHttp()) {
            return Finding.wrong("tls", "the port speaks plain http", "write http:// instead of https:// in the URL");
        }
        return Finding.wrong("tls", "no handshake: " + failure.getMessage(),
                "the port speaks something else, or a proxy or firewall interferes");
    }

    private static boolean cause(@Nullable Throwable failure, Class<? extends Throwable> type) {
        return failure != null && (type.isInstance(failure) || cause(failure.getCause(), type));
    }

    private boolean speaksHttp() {
        try (Socket socket = connect(address)) {
            String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return Arrays.equals(socket.getInputStream().readNBytes(ANSWER.length), ANSWER);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a port of an http URL speaks TLS, with any certificate. */
    static boolean isSpokenAt(String host, int port) {
        try {
            handshake(host, new InetSocketAddress(host, port));
            return true;
        } catch (IOException e) {
            return cause(e, CertificateException.class) || cause(e, CertPathBuilderException.class);
        }
    }
}
