package dev.runnel.server.edge;

import java.io.IOException;

/**
 * A request that cannot be served, because it is malformed, too large or too slow. The connection is closed after the
 * answer.
 */
public final class HttpException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** A refusal; the client is shown the reason. */
    public HttpException(int status, String why) {
        super(why);
        this.status = status;
    }

    /** The status of the answer. */
    public int status() {
        return status;
    }
}
