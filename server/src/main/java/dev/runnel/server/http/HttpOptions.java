package dev.runnel.server.http;

import dev.runnel.server.base.AllowedOrigins;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.http.exchange.RequestPolicy;
import java.time.Duration;

/**
 * What the HTTP side of a server is set to.
 *
 * @param heartbeat after how long a silence a run's stream sends a comment
 * @param requests what requests may bring
 * @param maxFile how many bytes an uploaded file may have
 * @param keys the keys one of which a request must have; if there are none, it needs none
 * @param origins the origins of other servers' web pages that may send requests
 * @param loopbackOnly whether the server listens on loopback only, and so, without keys, is known by loopback names only
 * @param page whether the page is served
 */
public record HttpOptions(Duration heartbeat,
        RequestPolicy requests,
        long maxFile,
        ApiKeys keys,
        AllowedOrigins origins,
        boolean loopbackOnly,
        boolean page) {}
