package dev.runnel.server.http;

import dev.runnel.protocol.ApiError;
import dev.runnel.server.http.fields.BadRequestException;
import java.util.regex.Pattern;

/**
 * Protects a server that listens on loopback and asks for no key against DNS rebinding: it refuses requests for any
 * host name that is not loopback. A web page's own host name can be made to lead to 127.0.0.1, and the browser then
 * takes this server for the page's own. SDKs, curl and the command send the address that they were given.
 */
final class LoopbackGuard {
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?",
            Pattern.CASE_INSENSITIVE);

    private LoopbackGuard() {}

    /** Refuses a request for a host that is not loopback. */
    static void check(String host) {
        if (!LOOPBACK.matcher(host).matches()) {
            throw new BadRequestException(403, ApiError.invalidRequest(
                    "The server listens on loopback only, and does not answer for the host '" + host + "'.", null,
                    "forbidden_host"));
        }
    }
}
