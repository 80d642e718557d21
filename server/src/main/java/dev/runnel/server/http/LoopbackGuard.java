package dev.runnel.server.http;

import dev.runnel.protocol.ApiError;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * Keeps web pages away from a server that listens on loopback and asks for no key. Any page its user opens can make
 * the browser send it requests: directly, or by a host name of the page's own that leads to 127.0.0.1. The browser then says so, in
 * {@code Origin} or in {@code Host}. SDKs, curl and the command send no {@code Origin}, and the address they were given as host.
 */
final class LoopbackGuard {
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?",
            Pattern.CASE_INSENSITIVE);

    private LoopbackGuard() {}

    /** Refuses a request that a web page sends. */
    static void check(ServerRequest request) {
        String host = request.headers().first(HeaderNames.HOST).orElse("");
        if (!LOOPBACK.matcher(host).matches()) {
            throw refused("The host '" + host + "' is not this server's: it listens on loopback only.",
                    "forbidden_host");
        }
        String origin = request.headers().first(HeaderNames.ORIGIN).orElse(null);
        if (origin != null && !isLoopback(origin)) {
            throw refused("Requests from web pages at '" + origin + "' are not taken.", "forbidden_origin");
        }
    }

    private static boolean isLoopback(String origin) {
        try {
            String authority = new URI(origin).getAuthority();
            return authority != null && LOOPBACK.matcher(authority).matches();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static BadRequestException refused(String message, String code) {
        return new BadRequestException(403, ApiError.invalidRequest(message, null, code));
    }
}
