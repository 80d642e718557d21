package dev.runnel.server.http.exchange;

import dev.runnel.server.http.openapi.Operation;
import java.io.IOException;

/** Takes routes, each with its description, so that {@code /openapi.json} describes every route that is served. */
@FunctionalInterface
public interface Router {
    /**
     * Adds a route. If two routes match a request, the first one added answers.
     *
     * @param path with {@code {name}} for a parameter
     */
    void route(String method, String path, Handler handler, Operation operation);

    /** Answers the requests of a route. */
    @FunctionalInterface
    interface Handler {
        /** Answers a request, or throws an exception that becomes the answer. */
        void handle(Exchange exchange) throws IOException, InterruptedException;
    }
}
