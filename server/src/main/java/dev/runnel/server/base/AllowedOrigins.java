package dev.runnel.server.base;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The origins of other servers' web pages that may send requests and read the answers. Immutable, thread-safe. */
public final class AllowedOrigins {
    /** No origins: only pages that this server delivered may send requests. */
    public static final AllowedOrigins NONE = new AllowedOrigins(Set.of());

    private static final String ANY = "*";

    /** A scheme, a host and perhaps a port, as browsers send an origin. Apps in web views have schemes of their own. */
    private static final Pattern ORIGIN = Pattern
            .compile("[a-z][a-z0-9+.-]*://[a-z0-9.-]+(:[0-9]{1,5})?|[a-z]+://\\[[0-9a-f:]+](:[0-9]{1,5})?");

    private final Set<String> origins;

    private AllowedOrigins(Set<String> origins) {
        this.origins = origins;
    }

    /**
     * Reads origins.
     *
     * @param origins each {@code scheme://host} or {@code scheme://host:port}, or {@code *} for all
     * @throws IllegalArgumentException if one of them is no origin
     */
    public static AllowedOrigins of(List<String> origins) {
        Set<String> read = new TreeSet<>();
        for (String origin : origins) {
            String plain = origin.strip().toLowerCase(Locale.ROOT);
            if (!plain.equals(ANY) && !ORIGIN.matcher(plain).matches()) {
                throw new IllegalArgumentException(
                        "'" + LogText.withoutSecrets(origin) + "' is not an origin: write scheme://host or"
                                + " scheme://host:port, without a path, as in https://app.example");
            }
            read.add(plain);
        }
        return new AllowedOrigins(Set.copyOf(read));
    }

    /** Whether pages of every origin are allowed. */
    public boolean any() {
        return origins.contains(ANY);
    }

    /** Whether pages of this origin are allowed. */
    public boolean allows(String origin) {
        return any() || origins.contains(origin.toLowerCase(Locale.ROOT));
    }
}
