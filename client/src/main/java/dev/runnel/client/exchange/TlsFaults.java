package dev.runnel.client.exchange;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Words for TLS failures: Java's own messages are about its classes. */
final class TlsFaults {
    private static final String CUT = "the server ended the connection in the middle of the TLS handshake";

    private TlsFaults() {}

    /** The failure in words; null if it is not about TLS, or if Java's message is clear. */
    static @Nullable String describe(IOException failure) {
        boolean tls = false;
        boolean handshake = false;
        StringBuilder words = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            tls |= cause instanceof SSLException;
            handshake |= cause instanceof SSLHandshakeException;
            words.append(' ').append(cause.getMessage());
            if (cause instanceof CertificateExpiredException) {
                return "the server's certificate has expired: " + cause.getMessage();
            } else if (cause instanceof CertificateNotYetValidException) {
                return "the server's certificate is not valid yet: " + cause.getMessage();
            } else if (cause instanceof CertPathBuilderException) {
                return "the server's certificate is not trusted: no authority that Java knows has signed it"
                        + " (to trust it: -Djavax.net.ssl.trustStore=FILE)";
            } else if (handshake && (cause instanceof EOFException || cause instanceof SocketException)) {
                return CUT;
            }
        }
        String said = words.toString();
        if (failure instanceof ConnectException && said.contains("Connection reset")) {
            return CUT; // nothing else is received before there is a connection
        } else if (!tls) {
            return null;
        } else if (said.contains("No subject alternative") || said.contains("No name matching")) {
            return "the server's certificate is another host's: " + last(said);
        } else if (said.contains("Unsupported or unrecognized SSL message")) {
            return "the server does not speak TLS there; should the URL begin with http://?";
        } else if (said.contains("terminated the handshake")) {
            return CUT;
        }
        return null;
    }

    private static String last(String said) {
        int at = Math.max(said.lastIndexOf("No subject alternative"), said.lastIndexOf("No name matching"));
        return said.substring(at);
    }
}
