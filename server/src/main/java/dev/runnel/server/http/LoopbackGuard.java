package dev.runnel.server.http;

import dev.runnel.protocol.ApiError;
import dev.runnel.server.http.fields.BadRequestException;
import java.util.regex.Pattern;

/**
 * Keeps a server that listens on loopback and asks for no key from being asked by another name. A web page can have a host name of its
 * own that leads to 127.0.0.1, and is then its own origin to the browser. SDKs, curl and the command send the address they were given.
 */
final class LoopbackGuard {
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?",
            Pattern.CASE_INSENSITIVE);

    private LoopbackGuard() {}

    /** Refuses a request for a host that is not loopback. */
    static void check(String host) {
        if (!LOOPBACK.matcher(host).matches()) {
            throw new BadRequestException(403, ApiError.invalidRequest(
                    "The host '" + host + "' is not this server's: it listens on loopback only.", null,
                    "forbidden_host"));
        }
    }
}
