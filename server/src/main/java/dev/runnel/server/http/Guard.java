package dev.runnel.server.http;

import dev.runnel.server.ApiKeys;
import dev.runnel.server.Project;
import dev.runnel.server.http1.HttpRequest;
import dev.runnel.server.http1.HttpResponse;

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
                request.header("Host").ifPresent(LoopbackGuard::check); // a browser always sends one
            }
            pages.check(request::header);
            return Project.DEFAULT;
        };
    }

    /**
     * Lets a request pass.
     *
     * @param response for a header that belongs to the refusal
     * @return whose project it is of
     * @throws BadRequestException if it is refused
     */
    Project check(HttpRequest request, HttpResponse response);
}
