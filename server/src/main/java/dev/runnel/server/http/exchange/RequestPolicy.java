package dev.runnel.server.http.exchange;

import dev.runnel.client.transport.ByteBudget;

/**
 * The limits of requests.
 *
 * @param memory the memory that the bodies of all requests together may take
 * @param maxBody the largest body of a request, in bytes
 * @param ignoreUnsupportedTools whether requests that name tools that this server does not have are accepted
 */
public record RequestPolicy(ByteBudget memory, int maxBody, boolean ignoreUnsupportedTools) {

    /** Requests that share the memory of this process. */
    public static RequestPolicy of(long maxBody, boolean ignoreUnsupportedTools) {
        return new RequestPolicy(ByteBudget.PROCESS, Math.toIntExact(maxBody), ignoreUnsupportedTools);
    }
}
