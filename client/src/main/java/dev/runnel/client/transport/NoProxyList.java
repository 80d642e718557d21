package dev.runnel.client.transport;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Hosts that are reached without a proxy, as {@code NO_PROXY} lists them. No name is ever looked up. */
record NoProxyList(List<Entry> entries) {
    static final NoProxyList EMPTY = new NoProxyList(List.of());

    /** The names of this computer. */
    static final String LOOPBACK = "localhost,127.0.0.0/8,[::1]";

    private static final Pattern ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}|.*:.*");

    /**
     * One host, all hosts below a name, a range of addresses, or all.
     *
     * @param name in lower case, without a leading dot; {@code *} for all; empty for a range
     * @param port -1 for any
     */
    private record Entry(String name, @Nullable InetAddress network, int prefix, int port) {

        static Entry parse(String text) {
            String host = text;
            int port = -1;
            int colon = text.lastIndexOf(':');
            if (colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']')
                    && text.substring(colon + 1).matches("[0-9]{1,5}")) {
                host = text.substring(0, colon);
                port = Integer.parseInt(text.substring(colon + 1));
            }
            int slash = host.indexOf('/');
            InetAddress network = address(slash < 0 ? host : host.substring(0, slash));
            if (network != null) {
                return new Entry("", network, prefix(host, slash, network.getAddress().length * 8), port);
            }
            return new Entry(host.replaceFirst("^\\*?\\.", ""), null, 0, port);
        }

        private static int prefix(String host, int slash, int bits) {
            String given = slash < 0 ? "" : host.substring(slash + 1);
            return given.matches("[0-9]{1,3}") ? Math.min(Integer.parseInt(given), bits) : bits;
        }

        boolean matches(String host, @Nullable InetAddress address, int actualPort) {
            if (port >= 0 && port != actualPort) {
                return false;
            } else if (network != null) {
                return address != null && sharesPrefix(network.getAddress(), address.getAddress());
            }
            return name.equals("*") || host.equals(name) || (!name.isEmpty() && host.endsWith("." + name));
        }

        private boolean sharesPrefix(byte[] network, byte[] address) {
            for (int bit = 0; bit < prefix && network.length == address.length; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((network[bit / 8] & mask) != (address[bit / 8] & mask)) {
                    return false;
                }
            }
            return network.length == address.length;
        }
    }

    /** The hosts between commas or blanks. */
    static NoProxyList parse(String text) {
        return new NoProxyList(Stream.of(text.toLowerCase(Locale.ROOT).split("[,\\s]+"))
                .filter(entry -> !entry.isEmpty()).map(Entry::parse).toList());
    }

    NoProxyList and(NoProxyList more) {
        List<Entry> all = new ArrayList<>(entries);
        all.addAll(more.entries);
        return new NoProxyList(List.copyOf(all));
    }

    boolean contains(URI uri) {
        if (entries.isEmpty()) {
            return false;
        }
        Origin origin = Origin.of(uri);
        String host = origin.host().toLowerCase(Locale.ROOT);
        InetAddress address = address(host);
        return entries.stream().anyMatch(entry -> entry.matches(host, address, origin.port()));
    }

    /** An address as it is written; null for a name. */
    private static @Nullable InetAddress address(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (!ADDRESS.matcher(bare).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(bare);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
