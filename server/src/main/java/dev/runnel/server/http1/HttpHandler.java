package dev.runnel.server.http1;

import java.io.IOException;

/** Answers requests, each on a virtual thread of its own. Thread-safe. */
public interface HttpHandler {

    /**
     * Answers a request. If it returns without an answer, or throws before the answer was begun, the client gets a 500; if it throws
     * later, the connection is closed, so that the client sees that the answer is not whole.
     */
    void handle(HttpRequest request, HttpResponse response) throws IOException, InterruptedException;

    /**
     * Answers a request that cannot be read, or a client that was too slow. There is nothing more to be read from its connection.
     *
     * @param why in words for the client
     */
    void refuse(int status, String why, HttpResponse response) throws IOException;
}
