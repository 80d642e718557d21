package dev.runnel.server.http;

import dev.runnel.server.base.Project;
import dev.runnel.server.edge.HttpRequest;
import dev.runnel.server.edge.HttpResponse;
import dev.runnel.server.http.fields.BadRequestException;

/** Decides whether a request is let in, before any route is looked up. */
@FunctionalInterface
interface Guard {
    /**
     * Checks a request.
     *
     * @param response takes headers that belong to a refusal
     * @return the project whose objects the request sees
     * @throws BadRequestException if the request is refused
     */
    Project check(HttpRequest request, HttpResponse response);
}
