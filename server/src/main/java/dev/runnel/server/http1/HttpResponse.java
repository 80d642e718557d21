package dev.runnel.server.http1;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The response to one request. For one thread. A failure to write is an {@link ClientGoneException}. To a HEAD request the body is left out,
 * whatever a handler writes.
 */
public interface HttpResponse {

    /** Sets a header; before the response is begun. */
    void header(String name, String value);

    /** Runs an action right before the response is begun, when headers can still be set. */
    void beforeBegin(Runnable action);

    /** Has the connection closed after the response; before it is begun. */
    void close();

    /** Whether it was begun: then its status and headers are fixed. */
    boolean begun();

    /** Sends a response of known length; to be called once. */
    void send(int status, byte[] body) throws IOException;

    /**
     * Begins a response whose length is not known, or told by a {@code Content-Length} header. Each write is sent at once; the first has
     * the headers with it. The response is complete when the stream is closed.
     */
    OutputStream stream(int status) throws IOException;
}
