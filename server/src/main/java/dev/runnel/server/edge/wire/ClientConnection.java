package dev.runnel.server.edge.wire;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;

/**
 * A client's connection. Thread-safe.
 *
 * @param socket the connection itself
 * @param spoken through which bytes are read and written: the connection itself, or TLS on it
 */
public record ClientConnection(Socket socket, Socket spoken) {
    private static final System.Logger LOG = System.getLogger(ClientConnection.class.getName());

    /** A connection without TLS. */
    public static ClientConnection plain(Socket socket) {
        return new ClientConnection(socket, socket);
    }

    /** Closes the connection. This never waits: the other side of TLS is not told. */
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a connection did not close well", e);
        }
    }

    /** Ends the input: a thread that waits for bytes gets the end of the input, and can still answer. */
    public void endInput() {
        try {
            if (!socket.isInputShutdown()) {
                socket.shutdownInput();
            }
        } catch (IOException e) {
            close();
        }
    }
}
