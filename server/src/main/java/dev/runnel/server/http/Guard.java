package dev.runnel.server.http;

import dev.runnel.server.base.Project;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http1.HttpRequest;
import dev.runnel.server.http1.HttpResponse;

/** Who is let in: asked before any route. */
@FunctionalInterface
interface Guard {
    /**
     * Lets a request pass.
     *
     * @param response for a header that belongs to the refusal
     * @return whose project it is of
     * @throws BadRequestException if it is refused
     */
    Project check(HttpRequest request, HttpResponse response);
}
