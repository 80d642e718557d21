package dev.runnel.server.http;

import dev.runnel.server.base.AllowedOrigins;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.http.exchange.RequestPolicy;
import java.time.Duration;

/**
 * The options of the HTTP API.
 *
 * @param heartbeat how long a run's stream may be silent before the server sends a comment
 * @param requests the limits of requests
 * @param maxFile the largest uploaded file, in bytes
 * @param keys the API keys, of which a request needs one; with none, requests need no key
 * @param origins the origins of other servers' web pages that may send requests
 * @param loopbackOnly whether the server listens on loopback only; without keys it then refuses requests for other host
 *     names
 * @param page whether the server's web page is served
 */
public record HttpOptions(Duration heartbeat,
        RequestPolicy requests,
        long maxFile,
        ApiKeys keys,
        AllowedOrigins origins,
        boolean loopbackOnly,
        boolean page) {}
