package dev.runnel.server.http;

import dev.runnel.server.ApiKeys;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** Who is let in: asked before any route. */
@FunctionalInterface
interface Guard {
    /** The guard of a server: where keys are asked for, web pages are no danger, as their browser does not know one. */
    static Guard of(ApiKeys keys, boolean loopbackOnly) {
        if (!keys.isEmpty()) {
            return new KeyGuard(keys);
        }
        return loopbackOnly ? (request, response) -> LoopbackGuard.check(request) : (request, response) -> {};
    }

    /**
     * Lets a request pass.
     *
     * @param response for a header that belongs to the refusal
     * @throws BadRequestException if it is refused
     */
    void check(ServerRequest request, ServerResponse response);
}
