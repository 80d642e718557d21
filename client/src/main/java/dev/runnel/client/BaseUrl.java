package dev.runnel.client;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A base URL, to which paths like {@code /chat/completions} are appended. It is read as people write it: with blanks or quotes
 * around it, without {@code http://}, with the path of a chat completion at its end, with a query, or with a user and a
 * password. Immutable.
 *
 * <p>{@link #toString} shows no secrets: no user, no password and no query.
 */
public final class BaseUrl {
    private static final String EXAMPLE = "one looks like http://127.0.0.1:8080/v1";
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/.*");
    private static final Pattern HOST_AND_PORT = Pattern
            .compile(
                    "(?:[^/@]*@)?(?:localhost|[0-9.]+|\\[[0-9a-fA-F:.]+]|[A-Za-z0-9.-]+(?=:))(?::[0-9]+)?(?:[/?#].*)?");

    /** Text that people paste along with a base URL. */
    private static final List<String> PASTED = List.of("/chat/completions", "/completions");

    private static final int MAX_PORT = 65_535;

    private final String base;
    private final @Nullable String query;
    private final @Nullable String userInfo;

    private BaseUrl(String base, @Nullable String query, @Nullable String userInfo) {
        this.base = base;
        this.query = query;
        this.userInfo = userInfo;
    }

    /**
     * Reads a base URL.
     *
     * @throws IllegalArgumentException if it is no base URL; the message is one line, says what to write, and quotes no
     *     password
     */
    public static BaseUrl parse(String text) {
        String bare = unquoted(text);
        String url = SCHEME.matcher(bare).matches() ? bare
                : HOST_AND_PORT.matcher(bare).matches() ? "http://" + bare : "";
        if (url.isEmpty()) {
            throw refusal(bare, "it does not begin with http:// or https://");
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw refusal(bare, "the character at position " + (e.getIndex() + 1) + " is not allowed in a URL");
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw refusal(bare, "it does not begin with http:// or https://");
        } else if (uri.getHost() == null) {
            throw refusal(bare, "its host is neither a name nor an address; a host name has no '_'");
        } else if (uri.getPort() > MAX_PORT || uri.getPort() == 0) {
            throw refusal(bare, "its port is not a number from 1 to 65535");
        } else if (uri.getRawFragment() != null) {
            throw refusal(bare, "a base URL has no part after '#'");
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return new BaseUrl(scheme + "://" + uri.getHost() + port + path(uri), uri.getRawQuery(), uri.getRawUserInfo());
    }

    private static String unquoted(String text) {
        String bare = text.strip();
        while (bare.length() > 1 && "\"'`<“‘".indexOf(bare.charAt(0)) >= 0
                && "\"'`>”’".indexOf(bare.charAt(bare.length() - 1)) >= 0) {
            bare = bare.substring(1, bare.length() - 1).strip();
        }
        return bare;
    }

    private static String path(URI uri) {
        String path = withoutSlashes(uri.getRawPath());
        for (String pasted : PASTED) {
            path = path.endsWith(pasted) ? withoutSlashes(path.substring(0, path.length() - pasted.length())) : path;
        }
        return path;
    }

    private static String withoutSlashes(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static IllegalArgumentException refusal(String text, String why) {
        String shown = text.replaceAll("(?s)^([A-Za-z][A-Za-z0-9+.-]*:?//?)?.*@", "$1***@")
                .replaceAll("(?s)([?#]).*", "$1***")
                .replaceAll("\\p{Cntrl}", " ");
        return new IllegalArgumentException("'" + shown + "' is not a base URL: " + why + "; " + EXAMPLE);
    }

    /** The URI of a path below it. The query comes after the path. */
    URI at(String path) {
        String joined = base + path;
        return URI.create(query == null ? joined : joined + (path.indexOf('?') < 0 ? "?" : "&") + query);
    }

    /** The user and the password as a header's value, if there are any. */
    Optional<String> authorization() {
        return Optional.ofNullable(userInfo)
                .map(BaseUrl::decoded)
                .map(info -> "Basic " + Base64.getEncoder()
                        .encodeToString((info.contains(":") ? info : info + ":").getBytes(StandardCharsets.UTF_8)));
    }

    /** The secret parts, as they may occur in a message: the password, and the values of the query. */
    public List<String> secrets() {
        List<String> secrets = new ArrayList<>();
        if (userInfo != null) {
            secrets.add(userInfo);
            secrets.add(userInfo.substring(userInfo.indexOf(':') + 1));
            authorization().map(header -> header.substring("Basic ".length())).ifPresent(coded -> {
                secrets.add(coded);
                secrets.add(coded.replace('+', '-').replace('/', '_'));
            });
        }
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            boolean harmless = pair.substring(0, Math.max(equals, 0))
                    .matches("(?i)(api[-_]?)?version|model|deployment");
            if (!harmless) {
                secrets.add(pair.substring(equals + 1));
            }
        }
        List<String> all = new ArrayList<>(secrets);
        secrets.forEach(secret -> all.add(decoded(secret)));
        return all.stream().filter(secret -> !secret.isEmpty()).distinct().toList();
    }

    /** {@code https}, or {@code http}. */
    public String scheme() {
        return base.substring(0, base.indexOf(':'));
    }

    /** The host's name or address; an IPv6 address in brackets. */
    public String host() {
        return URI.create(base).getHost();
    }

    /** The port, also if it is the scheme's default. */
    public int port() {
        int port = URI.create(base).getPort();
        return port >= 0 ? port : scheme().equals("https") ? 443 : 80;
    }

    /**
     * Whether a server on this machine listens at this URL. Looks up the host's addresses; an unknown host is elsewhere.
     *
     * @param listenHost the address that the server listens at, which may be that of all addresses
     */
    public boolean isAt(String listenHost, int listenPort) {
        if (port() != listenPort) {
            return false;
        }
        try {
            InetAddress listens = InetAddress.getByName(listenHost);
            for (InetAddress address : InetAddress.getAllByName(host())) {
                boolean here = address.isLoopbackAddress() || address.isAnyLocalAddress()
                        || NetworkInterface.getByInetAddress(address) != null;
                boolean bothLoopback = listens.isLoopbackAddress()
                        && (address.isLoopbackAddress() || address.isAnyLocalAddress());
                if (address.equals(listens) || bothLoopback || (listens.isAnyLocalAddress() && here)) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException | SocketException e) {
            return false;
        }
    }

    /** A URI as a message may show it: without user, password and query. */
    static String shown(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return uri.getHost() == null ? path : uri.getScheme() + "://" + uri.getHost() + port + path;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** Without user, password and query. */
    @Override
    public String toString() {
        return base;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BaseUrl url && base.equals(url.base)
                && Objects.equals(query, url.query) && Objects.equals(userInfo, url.userInfo);
    }

    @Override
    public int hashCode() {
        return base.hashCode();
    }
}
