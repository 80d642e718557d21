package dev.runnel.client;

import dev.runnel.client.transport.Transport.Response;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The target of a redirect, and whether to follow it: only to the same server, because the key is for no other. */
final class Redirects {
    /** How many redirects a request may follow. */
    static final int MAX = 5;

    private Redirects() {}

    /** The redirect's target; null if the answer is no redirect to follow. */
    static @Nullable URI target(String method, URI from, Response response) {
        boolean followed = switch (response.status()) {
            case 307, 308 -> true;
            case 301, 302 -> method.equals("GET");
            default -> false;
        };
        URI location = followed ? location(from, response) : null;
        return location != null && sameOrigin(from, location) ? location : null;
    }

    private static boolean sameOrigin(URI from, URI to) {
        return from.getScheme().equalsIgnoreCase(to.getScheme()) && from.getHost().equalsIgnoreCase(to.getHost())
                && from.getPort() == to.getPort();
    }

    private static @Nullable URI location(URI from, Response response) {
        try {
            URI location = response.header("location").map(from::resolve).orElse(null);
            return location == null || location.getHost() == null ? null : location;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Words for a redirect that was not followed. */
    static String describe(String method, URI from, Response response) {
        URI location = location(from, response);
        if (location == null) {
            String told = response.header("location").map(where -> "to '" + where + "', which is not an address")
                    .orElse("without an address");
            return "the server redirects " + told;
        }
        String where = BaseUrl.shown(location);
        if (target(method, from, response) != null) {
            return "the server redirects in a circle, or more than " + MAX + " times: at last to " + where;
        }
        return sameOrigin(from, location)
                ? "the server redirects to " + where + ", and the client does not follow"
                : "the server redirects to " + where + ", another server, and the client does not follow:"
                        + " if it is the right one, use it as the base URL";
    }
}
