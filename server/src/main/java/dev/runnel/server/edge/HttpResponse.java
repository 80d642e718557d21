package dev.runnel.server.edge;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The response to one request. A failed write throws a {@link ClientGoneException}. The response to a HEAD request
 * leaves out any body that the handler writes. For one thread.
 */
public interface HttpResponse {

    /** Sets a header. Call this before the response begins. */
    void header(String name, String value);

    /** Runs an action right before the response begins, when headers can still be set. */
    void beforeBegin(Runnable action);

    /** Closes the connection after the response. Call this before the response begins. */
    void close();

    /** Whether the response has begun: then its status and headers are fixed. */
    boolean begun();

    /** The status of the response; 0 if it has not begun. */
    int status();

    /** Sends a whole response. Call this at most once. */
    void send(int status, byte[] body) throws IOException;

    /**
     * Begins a response whose length is not known, or is given by a {@code Content-Length} header. Each write is sent
     * at once, the headers before or with the first. The response is complete when the stream is closed.
     */
    OutputStream stream(int status) throws IOException;
}
