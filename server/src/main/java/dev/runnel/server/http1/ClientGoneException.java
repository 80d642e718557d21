package dev.runnel.server.http1;

import java.io.IOException;

/** The client has hung up, or takes nothing any more: nobody's fault, and nothing more can be said to it. */
public final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    /** With what the connection said. */
    public ClientGoneException(String message, Throwable cause) {
        super(message, cause);
    }
}
