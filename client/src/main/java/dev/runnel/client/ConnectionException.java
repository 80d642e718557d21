package dev.runnel.client;

import java.io.IOException;
import java.net.URI;

/**
 * No response came: nobody listens there, the connection broke before the headers, or a wait was too long. The cause tells which.
 * Whether the request was carried out is unknown, unless the cause is a {@link java.net.ConnectException}.
 */
public final class ConnectionException extends RunnelException {
    private static final long serialVersionUID = 1L;

    private final boolean retrySafe;

    ConnectionException(URI uri, IOException cause, boolean retrySafe) {
        super("no response from " + BaseUrl.shown(uri) + ": " + Failures.describe(cause), cause);
        this.retrySafe = retrySafe;
    }

    @Override
    public boolean isRetrySafe() {
        return retrySafe;
    }
}
