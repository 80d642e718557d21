package dev.runnel.server.edge;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A request as a handler sees it. For one thread. */
public interface HttpRequest {

    /** The method as the client sent it; case matters. */
    String method();

    /** The path as the client sent it, percent-encoded, without the query. */
    String path();

    /** A query parameter's first value, decoded. */
    default Optional<String> query(String name) {
        return queries(name).stream().findFirst();
    }

    /** All values of a query parameter, decoded, in their order. */
    List<String> queries(String name);

    /** A header's first value, without the white space around it. The name's case does not matter. */
    Optional<String> header(String name);

    /** The body's length, if the client announced it. */
    OptionalLong contentLength();

    /** Whether there is a body, which may be empty. */
    boolean hasBody();

    /**
     * The body. A read throws {@link HttpException} if the body is malformed or comes too slowly, and
     * {@link java.io.EOFException} if the body breaks off.
     */
    InputStream body();

    /**
     * Runs an action on another thread if the client hangs up before the response is complete. Call this at most once,
     * and only after the body was read.
     */
    void onHangUp(Runnable action);
}
