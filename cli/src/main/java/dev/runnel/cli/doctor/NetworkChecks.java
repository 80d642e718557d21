package dev.runnel.cli.doctor;

import dev.runnel.cli.base.Environment;
import dev.runnel.cli.servers.HttpProbe;
import dev.runnel.cli.servers.Proxies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks whether a host can be reached: the proxy, the name, the port and TLS, each on its own. */
final class NetworkChecks {
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");

    private final URI url;
    private final boolean tls;
    private final Report report;

    NetworkChecks(URI url, Report report) {
        this.url = url;
        this.tls = "https".equals(url.getScheme());
        this.report = report;
    }

    /** Whether requests can reach the server. */
    boolean reachable() throws InterruptedException {
        InetSocketAddress proxy;
        try {
            proxy = Proxies.proxy(Proxies.of(url.toString()), url.toString()).map(NetworkChecks::address).orElse(null);
        } catch (IllegalArgumentException e) {
            report.add(Finding.wrong("proxy", String.valueOf(e.getMessage()), "name an HTTP proxy, or none"));
            return false;
        }
        report.add(proxyFinding(proxy));
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

    private static InetSocketAddress address(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        return InetSocketAddress.createUnresolved(
                hostAndPort.substring(0, colon), Integer.parseInt(hostAndPort.substring(colon + 1)));
    }

    private Finding proxyFinding(@Nullable InetSocketAddress proxy) {
        String variable = variable();
        if (proxy == null) {
            return variable == null ? Finding.none("proxy", "none")
                    : Finding.none("proxy", "none for this host: NO_PROXY, or the host itself, excepts it from "
                            + variable);
        }
        String source = Proxies.isToldToJava(url.toString()) || variable == null ? "Java's properties name "
                : variable + " names ";
        return Finding.fine("proxy", source + proxy.getHostString() + ":" + proxy.getPort());
    }

    /** The variable that names a proxy for such an URL; null for none. */
    private @Nullable String variable() {
        for (String name : new String[] {tls ? "https_proxy" : "http_proxy", "all_proxy"}) {
            for (String variable : new String[] {name, name.toUpperCase(Locale.ROOT)}) {
                if (Environment.get(variable) != null) {
                    return variable;
                }
            }
        }
        return null;
    }

    private InetAddress @Nullable [] addresses(String host) throws InterruptedException {
        FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> InetAddress.getAllByName(host));
        long start = System.nanoTime();
        Thread.ofVirtual().start(lookup);
        try {
            InetAddress[] found = lookup.get(HttpProbe.CONNECT.toMillis(), TimeUnit.MILLISECONDS);
            report.add(ADDRESS.matcher(host).matches()
                    ? Finding.none("dns", host + " is an address and no name")
                    : Finding.fine("dns", host + " is " + found[0].getHostAddress()
                            + (found.length > 1 ? " and " + (found.length - 1) + " more" : "") + Report.since(start)));
            return found;
        } catch (ExecutionException | TimeoutException e) {
            boolean unknown = e.getCause() instanceof UnknownHostException;
            report.add(Finding.wrong("dns",
                    "the name " + host + (unknown ? " is not known" : " was not looked up") + Report.since(start),
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
                socket.connect(to, Math.toIntExact(HttpProbe.CONNECT.toMillis()));
                report.add(Finding.fine("tcp", "port " + port + " takes connections" + Report.since(start)));
                return to;
            } catch (IOException e) {
                last = e;
            }
        }
        boolean silent = last instanceof SocketTimeoutException;
        report.add(silent
                ? Finding.wrong("tcp", "port " + port + " of " + host + " is silent" + Report.since(start),
                        "a firewall drops it, or the address is wrong")
                : Finding.wrong("tcp", "port " + port + " of " + host + ": "
                        + (last == null ? "no address" : last.getMessage()) + Report.since(start),
                        "nothing listens there: start the server (runnel serve, ollama serve, …), or correct the port"));
        return null;
    }
}
