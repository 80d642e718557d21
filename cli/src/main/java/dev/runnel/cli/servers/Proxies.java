package dev.runnel.cli.servers;

import dev.runnel.client.BaseUrl;
import dev.runnel.client.transport.ProxySettings;
import java.net.URI;
import java.util.Optional;

/** The proxy of the command: the one of Java's properties, or else the one of the environment, as in other commands. */
public final class Proxies {
    private static final ProxySettings TOLD_TO_JAVA = ProxySettings.fromJava();
    private static final ProxySettings OF_THE_ENVIRONMENT = ProxySettings.fromEnvironment();

    private Proxies() {}

    /** The proxies for a server. */
    public static ProxySettings of(String url) {
        return isToldToJava(url) ? TOLD_TO_JAVA : OF_THE_ENVIRONMENT;
    }

    /** Whether Java's own properties name the proxy. */
    public static boolean isToldToJava(String url) {
        return proxy(ProxySettings.fromJava(), url).isPresent();
    }

    /** The proxy for a server, as {@code host:port}; empty for none. */
    public static Optional<String> proxy(ProxySettings proxies, String url) {
        BaseUrl server = BaseUrl.parse(url);
        return proxies.proxyFor(URI.create(server.scheme() + "://" + server.host() + ":" + server.port()));
    }
}
