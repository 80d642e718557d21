package dev.runnel.server.http;

import dev.runnel.server.ApiKeys;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** Who is let in: asked before any route. */
@FunctionalInterface
interface Guard {
    /** The guard of a server: where keys are asked for, web pages are no danger, as their browser does not know one. */
    static Guard of(ApiKeys keys, WebPages pages, boolean loopbackOnly) {
        if (!keys.isEmpty()) {
            return new KeyGuard(keys);
        }
        return (request, response) -> {
            if (loopbackOnly) {
                LoopbackGuard.check(request.headers().first(HeaderNames.HOST).orElse(""));
            }
            pages.check(headers(request));
        };
    }

    /** A request's headers, by name. */
    static WebPages.Headers headers(ServerRequest request) {
        return name -> request.headers().first(HeaderNames.create(name));
    }

    /**
     * Lets a request pass.
     *
     * @param response for a header that belongs to the refusal
     * @throws BadRequestException if it is refused
     */
    void check(ServerRequest request, ServerResponse response);
}
