package dev.runnel.server.http.exchange;

import dev.runnel.client.transport.ByteBudget;
import dev.runnel.server.engine.projects.Admissions;
import dev.runnel.server.http.fields.ToolPolicy;

/**
 * The limits of requests.
 *
 * @param memory the memory that the bodies of all requests together may take
 * @param maxBody the largest body of a request, in bytes
 * @param tools the tools that requests may name
 * @param admissions lets in what the limits of projects allow
 */
public record RequestPolicy(ByteBudget memory, int maxBody, ToolPolicy tools, Admissions admissions) {

    /** Requests that share the memory of this process. */
    public static RequestPolicy of(long maxBody, ToolPolicy tools, Admissions admissions) {
        return new RequestPolicy(ByteBudget.PROCESS, Math.toIntExact(maxBody), tools, admissions);
    }
}
