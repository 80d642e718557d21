package dev.runnel.client.transport;

import java.net.URI;

/**
 * The target of requests: requests to the same origin may share a connection.
 *
 * @param host a name or an address, IPv6 in brackets
 */
record Origin(boolean tls, String host, int port) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** @throws IllegalArgumentException if the URI is not one of http or https with a host */
    static Origin of(URI uri) {
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        String host = uri.getHost();
        if (host == null || !(tls || "http".equalsIgnoreCase(uri.getScheme()))) {
            throw new IllegalArgumentException("'" + uri + "' is not an http or https address");
        }
        return new Origin(tls, host, uri.getPort() >= 0 ? uri.getPort() : defaultPort(tls));
    }

    /** As a Host header has it: with the port only if it is not the scheme's own. */
    String authority() {
        return port == defaultPort(tls) ? host : host + ":" + port;
    }

    /** With the port in any case, as a proxy needs it. */
    String hostAndPort() {
        return host + ":" + port;
    }

    private static int defaultPort(boolean tls) {
        return tls ? HTTPS_PORT : HTTP_PORT;
    }
}
