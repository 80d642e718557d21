package dev.runnel.client.transport;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * An HTTP proxy.
 *
 * @param host a name or an address, IPv6 in brackets
 * @param credentials the value of {@code Proxy-Authorization}; null for none
 */
record ProxyServer(String host, int port, @Nullable String credentials) {
    private static final int DEFAULT_PORT = 80;

    /**
     * Reads a proxy's address. It may hold a password, so an error never quotes it.
     *
     * @param source where the address was found, for the error
     * @throws IllegalArgumentException if it is no address of an HTTP proxy
     */
    static ProxyServer parse(String url, String source) {
        String stripped = url.strip();
        int scheme = stripped.indexOf("://");
        String kind = scheme < 0 ? "http" : stripped.substring(0, scheme).toLowerCase(Locale.ROOT);
        if (kind.startsWith("socks")) {
            throw new IllegalArgumentException(source + " is a SOCKS proxy; only HTTP proxies are supported");
        } else if (kind.equals("https")) {
            throw new IllegalArgumentException(source
                    + " is a proxy that speaks TLS itself (https://); the client supports only proxies at http:// addresses");
        }
        URI uri = kind.equals("http") ? uri("http://" + stripped.substring(scheme < 0 ? 0 : scheme + 3)) : null;
        if (uri == null || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    source + " is not a proxy's address; one looks like http://user:password@proxy.example:3128");
        }
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        return new ProxyServer(uri.getHost(), port, credentialsIn(uri.getRawUserInfo()));
    }

    private static @Nullable URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static @Nullable String credentialsIn(@Nullable String userInfo) {
        if (userInfo == null || userInfo.isEmpty()) {
            return null;
        }
        int colon = userInfo.indexOf(':');
        String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
        return basic(decoded(user), colon < 0 ? "" : decoded(userInfo.substring(colon + 1)));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    }

    /** @throws IllegalArgumentException if the user's name has a colon */
    static String basic(String user, String password) {
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("a proxy's user name must not have a colon");
        }
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    ProxyServer withCredentials(String other) {
        return new ProxyServer(host, port, other);
    }

    /** Host and port, for a request and for messages. */
    String authority() {
        return host + ":" + port;
    }

    /** The error for an answer of the proxy's own instead of the server's. */
    ProxyException refusal(int status, Origin target) {
        if (status != ProxyException.AUTHENTICATION_REQUIRED) {
            return new ProxyException(
                    "the proxy " + authority() + " does not connect to " + target.hostAndPort() + ": it answers "
                            + status,
                    status, null);
        }
        return new ProxyException("the proxy " + authority() + (credentials == null
                ? " asks for a user name and a password (407)"
                : " does not accept the user name and the password (407)"), status, null);
    }

    /** The error for a proxy that does not take connections, or does not answer. */
    ProxyException unreachable(IOException cause) {
        return new ProxyException("the proxy " + authority() + " cannot be reached", 0, cause);
    }

    @Override
    public String toString() {
        return authority();
    }
}
