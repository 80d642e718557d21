package dev.runnel.server.edge;

import java.io.IOException;

/**
 * The client has hung up or has stopped reading. This is no fault of the server, and no answer can reach the client any
 * more.
 */
public final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    /** A client that was seen to have gone before anything was written. */
    public ClientGoneException(String message) {
        super(message);
    }

    /** With the message and the exception of the failed write. */
    public ClientGoneException(String message, Throwable cause) {
        super(message, cause);
    }
}
