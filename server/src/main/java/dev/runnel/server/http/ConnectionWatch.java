package dev.runnel.server.http;

import io.helidon.http.Headers;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/**
 * Tells when a request's client hangs up, also while nothing is being written: a model call nobody waits for is then ended at
 * once. (A handler has no way to its connection; the listener is called on the same thread, right before it.)
 *
 * <p>It reads the connection ahead, so the response must close the connection.
 */
final class ConnectionWatch implements Http1ConnectionListener {
    /** How much of what a client sends after its request is kept, in bytes. */
    private static final int MAX_AHEAD = 64 * 1024;

    private static final ThreadLocal<ConnectionContext> CURRENT = new ThreadLocal<>();

    @Override
    public void headers(ConnectionContext context, Headers headers) {
        CURRENT.set(context);
    }

    /** Runs an action when the client of the request that this thread handles hangs up, or the connection is closed. */
    static void onHangUp(Runnable action) {
        ConnectionContext connection = CURRENT.get();
        if (connection == null) {
            return;
        }
        Thread.ofVirtual().name("watch-" + connection.childSocketId()).start(() -> {
            try {
                do {
                    connection.dataReader().pullData();
                } while (connection.dataReader().available() < MAX_AHEAD);
                action.run(); // whoever sends that much is not waiting for an answer
            } catch (RuntimeException e) {
                action.run(); // the end of the input, whichever way it came
            }
        });
    }
}
