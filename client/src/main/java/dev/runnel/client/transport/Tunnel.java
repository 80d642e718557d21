package dev.runnel.client.transport;

import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** A connection through a proxy, on which a client and a server then use TLS (RFC 9110, section 9.3.6). */
final class Tunnel {
    private Tunnel() {}

    /**
     * Opens a tunnel on a connection to the proxy.
     *
     * @param timeout for the proxy's answer
     * @throws ProxyException if the proxy refuses
     */
    static void open(Connection connection, ProxyServer proxy, Duration timeout) throws IOException {
        Origin target = connection.origin();
        StringBuilder head = new StringBuilder(256);
        head.append("CONNECT ").append(target.hostAndPort()).append(" HTTP/1.1\r\nHost: ").append(target.hostAndPort())
                .append("\r\n");
        if (proxy.credentials() != null) {
            head.append("Proxy-Authorization: ").append(proxy.credentials()).append("\r\n");
        }
        connection.write(head.append("\r\n").toString().getBytes(ISO_8859_1), null);
        int status = new HeadReader(connection, timeout, Deadline.in(null)).read().status();
        if (status / 100 != 2) {
            throw proxy.refusal(status, target);
        }
        if (connection.hasReceived()) {
            throw new ProtocolException("the proxy " + proxy + " sends more than its answer");
        }
    }
}
