package dev.runnel.server.http.exchange;

import dev.runnel.client.transport.ByteBudget;
import dev.runnel.server.engine.projects.Admissions;

/**
 * The limits of requests.
 *
 * @param memory the memory that the bodies of all requests together may take
 * @param maxBody the largest body of a request, in bytes
 * @param ignoreUnsupportedTools whether requests that name tools that this server does not have are accepted
 * @param admissions lets in what the limits of projects allow
 */
public record RequestPolicy(ByteBudget memory, int maxBody, boolean ignoreUnsupportedTools, Admissions admissions) {

    /** Requests that share the memory of this process. */
    public static RequestPolicy of(long maxBody, boolean ignoreUnsupportedTools, Admissions admissions) {
        return new RequestPolicy(ByteBudget.PROCESS, Math.toIntExact(maxBody), ignoreUnsupportedTools, admissions);
    }
}
