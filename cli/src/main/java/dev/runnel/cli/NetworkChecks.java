package dev.runnel.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a host can be reached: by a proxy or not, its name, its port and its TLS, each on its own. */
final class NetworkChecks {
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");

    private final URI url;
    private final boolean tls;
    private final Report report;

    NetworkChecks(URI url, Report report) {
        this.url = url;
        this.tls = "https".equals(url.getScheme());
        this.report = report;
    }

    /** Whether requests have a way. */
    boolean reachable(Map<String, String> environment) throws InterruptedException {
        InetSocketAddress proxy = proxy(url);
        report.add(proxyFinding(proxy, environment));
        String host = proxy != null ? proxy.getHostString() : String.valueOf(url.getHost());
        int port = proxy != null ? proxy.getPort() : port();
        InetAddress[] addresses = addresses(host);
        InetSocketAddress reached = addresses == null ? null : connected(addresses, host, port);
        if (reached == null) {
            report.add(Finding.none("tls", "not reached"));
            return false;
        }
        if (!tls || proxy != null) {
            report.add(Finding.none("tls", tls ? "goes through the proxy" : "the URL is plain http"));
            return true;
        }
        return new TlsCheck(String.valueOf(url.getHost()), reached, report).works();
    }

    private int port() {
        return url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
    }

    /** The proxy that Java is told to use for a URL; null for none. */
    static @Nullable InetSocketAddress proxy(URI url) {
        ProxySelector selector = ProxySelector.getDefault();
        return selector == null ? null
                : selector.select(url).stream()
                        .filter(proxy -> proxy.type() != Proxy.Type.DIRECT)
                        .map(proxy -> (InetSocketAddress) proxy.address())
                        .findFirst().orElse(null);
    }

    private Finding proxyFinding(@Nullable InetSocketAddress proxy, Map<String, String> environment) {
        if (proxy != null) {
            return Finding.fine("proxy", "Java is told to use " + proxy.getHostString() + ":" + proxy.getPort());
        }
        String scheme = tls ? "https" : "http";
        for (String name : new String[] {scheme + "_proxy", "all_proxy"}) {
            for (String variable : new String[] {name, name.toUpperCase(Locale.ROOT)}) {
                String value = ModelSource.set(environment, variable);
                if (value != null && !loopback()) {
                    String shown = value.replaceAll("//[^/@]*@", "//");
                    return Finding.none("proxy", variable + " names " + shown + ", which Java does not read",
                            "to go through it: RUNNEL_JAVA_OPTIONS='-D" + scheme + ".proxyHost=HOST -D" + scheme
                                    + ".proxyPort=PORT'");
                }
            }
        }
        return Finding.none("proxy", "none");
    }

    private boolean loopback() {
        String host = String.valueOf(url.getHost());
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    private InetAddress @Nullable [] addresses(String host) throws InterruptedException {
        FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> InetAddress.getAllByName(host));
        long start = System.nanoTime();
        Thread.ofVirtual().start(lookup);
        try {
            InetAddress[] found = lookup.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            report.add(ADDRESS.matcher(host).matches()
                    ? Finding.none("dns", host + " is an address and no name")
                    : Finding.fine("dns", host + " is " + found[0].getHostAddress()
                            + (found.length > 1 ? " and " + (found.length - 1) + " more" : "") + since(start)));
            return found;
        } catch (ExecutionException | TimeoutException e) {
            boolean unknown = e.getCause() instanceof UnknownHostException;
            report.add(Finding.wrong("dns",
                    "the name " + host + (unknown ? " is not known" : " was not looked up") + since(start),
                    "check the URL for typos, then the network and its DNS: getent hosts " + host));
            report.add(Finding.none("tcp", "not reached"));
            return null;
        }
    }

    private @Nullable InetSocketAddress connected(InetAddress[] addresses, String host, int port) {
        IOException last = null;
        long start = System.nanoTime();
        for (InetAddress address : addresses) {
            InetSocketAddress to = new InetSocketAddress(address, port);
            try (Socket socket = new Socket()) {
                socket.connect(to, Math.toIntExact(PATIENCE.toMillis()));
                report.add(Finding.fine("tcp", "port " + port + " takes connections" + since(start)));
                return to;
            } catch (IOException e) {
                last = e;
            }
        }
        boolean silent = last instanceof SocketTimeoutException;
        report.add(silent
                ? Finding.wrong("tcp", "port " + port + " of " + host + " is silent" + since(start),
                        "a firewall drops it, or the address is wrong")
                : Finding.wrong("tcp", "port " + port + " of " + host + ": "
                        + (last == null ? "no address" : last.getMessage()) + since(start),
                        "nothing listens there: start the server (runnel serve, ollama serve, …), or correct the port"));
        return null;
    }

    /** How long it took, to be appended. */
    static String since(long start) {
        return " (" + Math.max(1, Math.round((System.nanoTime() - start) / 1e6)) + " ms)";
    }
}
