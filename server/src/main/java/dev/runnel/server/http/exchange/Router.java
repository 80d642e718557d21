package dev.runnel.server.http.exchange;

import dev.runnel.server.http.openapi.Operation;
import java.io.IOException;

/** Takes routes, each with its description, so that none is served that {@code /openapi.json} does not tell of. */
@FunctionalInterface
public interface Router {
    /**
     * Adds a route. Of two that match a request the one that was added first answers.
     *
     * @param path with {@code {name}} for a parameter
     */
    void route(String method, String path, Handler handler, Operation operation);

    /** What answers a request. */
    @FunctionalInterface
    interface Handler {
        /** Answers it, or throws what becomes the answer. */
        void handle(Exchange exchange) throws IOException, InterruptedException;
    }
}
