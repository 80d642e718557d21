package dev.runnel.client.transport;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which HTTP proxy a request goes through. A request to an https address goes through a tunnel ({@code CONNECT}); one to an http
 * address is sent to the proxy whole. A user name and a password are sent as Basic authentication. Proxies that speak SOCKS, or TLS
 * themselves, are refused with an {@link IllegalArgumentException} that says so. Immutable and thread-safe.
 */
public final class ProxySettings {
    /** No proxy, whatever Java's properties and the environment say. */
    public static final ProxySettings NONE = new ProxySettings(uri -> null, NoProxyList.EMPTY, null);

    private final Function<URI, @Nullable ProxyServer> server;
    private final NoProxyList direct;
    private final @Nullable String credentials;

    private ProxySettings(
            Function<URI, @Nullable ProxyServer> server, NoProxyList direct, @Nullable String credentials) {
        this.server = server;
        this.direct = direct;
        this.credentials = credentials;
    }

    /**
     * One proxy for all requests.
     *
     * @param url {@code http://host:port}, {@code http://user:password@host:port} (both percent-encoded) or {@code host:port}; the port
     *     is 80 if there is none
     * @throws IllegalArgumentException if it is no address of an HTTP proxy
     */
    public static ProxySettings of(String url) {
        ProxyServer proxy = ProxyServer.parse(url, "the proxy");
        return new ProxySettings(uri -> proxy, NoProxyList.EMPTY, null);
    }

    /**
     * The proxies that the environment names, as most commands read it: {@code HTTPS_PROXY} for https, {@code HTTP_PROXY} for http,
     * {@code ALL_PROXY} where the other is not set. {@code NO_PROXY} lists the hosts that are reached without one, with commas between
     * them: names (with all names below them), addresses, address ranges such as {@code 10.0.0.0/8}, each with a port or without, or
     * {@code *}. Each name is read in lower case first. This computer itself ({@code localhost}, loopback addresses) is always reached
     * without a proxy. A value that is no address of an HTTP proxy is an error of the first request that needs it.
     */
    public static ProxySettings fromEnvironment() {
        return fromEnvironment(System::getenv);
    }

    static ProxySettings fromEnvironment(UnaryOperator<@Nullable String> environment) {
        NoProxyList direct = NoProxyList.parse(String.join(",", NoProxyList.LOOPBACK,
                value(environment, "NO_PROXY").orElse("")));
        return new ProxySettings(uri -> ofEnvironment(environment, uri), direct, null);
    }

    private static @Nullable ProxyServer ofEnvironment(UnaryOperator<@Nullable String> environment, URI uri) {
        String own = "https".equalsIgnoreCase(uri.getScheme()) ? "HTTPS_PROXY" : "HTTP_PROXY";
        return Stream.of(own, "ALL_PROXY")
                .flatMap(name -> value(environment, name).map(url -> ProxyServer.parse(url, name)).stream())
                .findFirst().orElse(null);
    }

    /** In a CGI script HTTP_PROXY is what the request's sender wrote as its header "Proxy". */
    private static Optional<String> value(UnaryOperator<@Nullable String> environment, String name) {
        boolean forged = name.equals("HTTP_PROXY") && environment.apply("REQUEST_METHOD") != null;
        return Stream.of(name.toLowerCase(Locale.ROOT), name)
                .filter(spelled -> !(forged && spelled.equals(name)))
                .flatMap(spelled -> Stream.ofNullable(environment.apply(spelled)))
                .map(String::strip).filter(value -> !value.isEmpty())
                .findFirst();
    }

    /** The proxies that Java is told of: by {@code -Dhttps.proxyHost}, {@code -Dhttp.nonProxyHosts} and so on, or by a {@link ProxySelector}. */
    public static ProxySettings fromJava() {
        return new ProxySettings(ProxySettings::ofJava, NoProxyList.EMPTY, null);
    }

    private static @Nullable ProxyServer ofJava(URI uri) {
        ProxySelector selector = ProxySelector.getDefault();
        List<Proxy> proxies = selector == null ? List.of(Proxy.NO_PROXY) : selector.select(uri);
        Proxy first = proxies.isEmpty() ? Proxy.NO_PROXY : proxies.get(0);
        if (first.type() == Proxy.Type.DIRECT) {
            return null;
        } else if (first.type() == Proxy.Type.SOCKS) {
            throw new IllegalArgumentException("Java is told to use a SOCKS proxy, " + first.address()
                    + " (socksProxyHost); only HTTP proxies are supported");
        }
        InetSocketAddress address = (InetSocketAddress) first.address();
        return new ProxyServer(address.getHostString(), address.getPort(), null);
    }

    /**
     * The same proxies with a user name and a password, instead of those in their addresses.
     *
     * @throws IllegalArgumentException if the name has a colon, which Basic authentication cannot express
     */
    public ProxySettings withCredentials(String user, String password) {
        return new ProxySettings(server, direct, ProxyServer.basic(user, password));
    }

    /** The same proxies, but these hosts are reached without one; written as in {@code NO_PROXY}, see {@link #fromEnvironment}. */
    public ProxySettings except(String... hosts) {
        return new ProxySettings(server, direct.and(NoProxyList.parse(String.join(",", hosts))), credentials);
    }

    /**
     * The proxy for a request, as {@code host:port}, for messages; empty for none.
     *
     * @throws IllegalArgumentException if it is one that is not supported
     */
    public Optional<String> proxyFor(URI uri) {
        return Optional.ofNullable(server(uri)).map(ProxyServer::authority);
    }

    @Nullable
    ProxyServer server(URI uri) {
        if (direct.contains(uri)) {
            return null;
        }
        ProxyServer proxy = server.apply(uri);
        return proxy == null || credentials == null ? proxy : proxy.withCredentials(credentials);
    }
}
