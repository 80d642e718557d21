package dev.runnel.server.edge;

import java.io.IOException;

/** Answers requests. Each connection calls the handler on a virtual thread of its own. Thread-safe. */
public interface HttpHandler {

    /**
     * Answers a request. If this method returns without an answer, or throws before the answer began, the client gets a
     * 500, or the status of the {@link HttpException}. If it throws later, the connection is closed, and so the client
     * sees that the answer is incomplete.
     */
    void handle(HttpRequest request, HttpResponse response) throws IOException, InterruptedException;

    /**
     * Answers a request that cannot be read, or a client that was too slow. The handler cannot read from the connection
     * any more.
     *
     * @param why the reason, to be shown to the client
     */
    void refuse(int status, String why, HttpResponse response) throws IOException;
}
