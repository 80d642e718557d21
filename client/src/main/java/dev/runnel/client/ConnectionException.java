package dev.runnel.client;

import dev.runnel.client.exchange.NetworkFaults;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * No response came: nothing listens there, the connection broke before the headers, or a wait was too long. The cause tells the
 * reason. If the cause is a {@link java.net.ConnectException}, the server has not seen the request; otherwise the server may
 * have carried it out. The failure of a proxy has a {@link dev.runnel.client.transport.ProxyException} as its cause.
 */
public final class ConnectionException extends RunnelException {
    private static final long serialVersionUID = 1L;

    private final boolean retrySafe;

    /** @param proxy the proxy that the request went through; null for none */
    ConnectionException(URI uri, IOException cause, @Nullable String proxy, boolean retrySafe) {
        super("no response from " + BaseUrl.shown(uri) + (proxy == null ? "" : " through the proxy " + proxy) + ": "
                + NetworkFaults.describe(cause), cause);
        this.retrySafe = retrySafe;
    }

    @Override
    public boolean isRetrySafe() {
        return retrySafe;
    }
}
