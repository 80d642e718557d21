package dev.runnel.client.transport;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** A request's head as bytes. */
final class RequestMessage {
    /** A server may wait for the length of these even if there is no body (RFC 9110, section 8.6). */
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

    private RequestMessage() {}

    /**
     * The head.
     *
     * @param proxy the proxy that it is sent to; null for the server itself, or for a tunnel to it
     * @throws IllegalArgumentException if the method, a header's name or its value would break out of its line
     */
    static byte[] head(Transport.Request request, Origin origin, @Nullable ProxyServer proxy) {
        Transport.Body body = request.body();
        StringBuilder text = new StringBuilder(512);
        text.append(token(request.method())).append(' ').append(proxy == null ? "" : "http://" + origin.authority())
                .append(target(request.uri())).append(" HTTP/1.1\r\n");
        text.append("Host: ").append(origin.authority()).append("\r\n");
        if (proxy != null && proxy.credentials() != null) {
            text.append("Proxy-Authorization: ").append(proxy.credentials()).append("\r\n");
        }
        for (Map.Entry<String, String> header : request.headers().entrySet()) {
            String name = token(header.getKey());
            text.append(name).append(": ").append(value(name, header.getValue())).append("\r\n");
        }
        if (body != null || WITH_BODY.contains(request.method())) {
            text.append("Content-Length: ").append(body == null ? 0 : body.length()).append("\r\n");
        }
        return text.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    private static String target(URI uri) {
        URI ascii = URI.create(uri.toASCIIString());
        String path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
        return ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery();
    }

    private static String token(String text) {
        boolean token = !text.isEmpty()
                && text.chars().allMatch(c -> c > ' ' && c < 0x7F && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0);
        if (!token) {
            throw new IllegalArgumentException("'" + text.strip() + "' is not the name of a method or a header");
        }
        return text;
    }

    /** Never quoted in an error: it may be a key. */
    private static String value(String name, String value) {
        if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7F && c <= 0xFF))) {
            throw new IllegalArgumentException(
                    "the value of the header " + name + " has a character that a header cannot carry");
        }
        return value;
    }
}
