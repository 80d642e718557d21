package dev.runnel.server.http1;

import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/** A request as a handler sees it. For one thread. */
public interface HttpRequest {

    /** The method as it was sent; case matters. */
    String method();

    /** The path as it was sent, percent-encoded, without the query. */
    String path();

    /** A query parameter's first value, decoded. */
    Optional<String> query(String name);

    /** A header's first value, without the white space around it. The name's case does not matter. */
    Optional<String> header(String name);

    /** The body's length, if the client has told it. */
    OptionalLong contentLength();

    /** Whether there is a body, which may be empty. */
    boolean hasBody();

    /** Whether the client waits for leave before it sends the body. Reading the body gives leave. */
    boolean expectsContinue();

    /**
     * The body. Reading it throws {@link HttpException} if it is malformed or too slow to come, and {@link java.io.EOFException} if it
     * breaks off.
     */
    InputStream body();

    /**
     * Runs an action, on another thread, if the client hangs up before the response is complete. To be called once at most, when the body
     * was read.
     */
    void onHangUp(Runnable action);
}
