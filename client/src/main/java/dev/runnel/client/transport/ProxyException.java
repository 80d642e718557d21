package dev.runnel.client.transport;

import java.io.IOException;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** The proxy cannot be reached, or does not pass the request on. The server did not get it. */
public final class ProxyException extends ConnectException {
    static final int AUTHENTICATION_REQUIRED = 407;

    private static final long serialVersionUID = 1L;

    private final int status;

    ProxyException(String message, int status, @Nullable IOException cause) {
        super(message);
        this.status = status;
        if (cause != null) {
            initCause(cause);
        }
    }

    /** The status that the proxy answered; 407 if it asks for a user name and a password, 0 if it cannot be reached. */
    public int status() {
        return status;
    }
}
