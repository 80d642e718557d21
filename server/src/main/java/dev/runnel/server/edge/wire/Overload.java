package dev.runnel.server.edge.wire;

import dev.runnel.server.edge.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The answer to a client for whom the server has no capacity. Static and without state. */
public final class Overload {
    /** The body, of ASCII characters only. */
    public static final String BODY = "{\"error\":{\"message\":\"The server has reached its limit of connections. Try again in a few seconds.\","
            + "\"type\":\"server_error\",\"param\":null,\"code\":\"overloaded\"}}";

    /** The body's media type. */
    public static final String TYPE = "application/json; charset=utf-8";

    /** After how many seconds the client may try again. */
    public static final String RETRY_AFTER = "5";

    private Overload() {}

    /** Sends the answer. */
    public static void answer(HttpResponse response) throws IOException {
        response.header("Content-Type", TYPE);
        response.header("Retry-After", RETRY_AFTER);
        response.send(503, BODY.getBytes(StandardCharsets.US_ASCII));
    }
}
