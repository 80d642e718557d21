package dev.runnel.server.http;

import dev.runnel.client.transport.ByteBudget;
import dev.runnel.server.AllowedOrigins;
import dev.runnel.server.ApiKeys;
import java.time.Duration;

/**
 * What the HTTP side of a server is set to.
 *
 * @param heartbeat after how long a silence a run's stream sends a comment
 * @param memory what all requests' bodies together may take of the memory
 * @param maxBody how many bytes a request's body may have
 * @param maxFile how many bytes an uploaded file may have
 * @param keys the keys one of which a request must have; if there are none, it needs none
 * @param origins the origins of other servers' web pages that may send requests
 * @param ignoreUnsupportedTools whether tools that this server does not have are taken in requests
 * @param loopbackOnly whether the server listens on loopback only, and so, without keys, is known by loopback names only
 * @param page whether the page is served
 */
public record HttpOptions(Duration heartbeat,
        ByteBudget memory,
        int maxBody,
        long maxFile,
        ApiKeys keys,
        AllowedOrigins origins,
        boolean ignoreUnsupportedTools,
        boolean loopbackOnly,
        boolean page) {}
