package dev.runnel.server.edge.listen;

import dev.runnel.server.edge.http1.Http1Connection;
import dev.runnel.server.edge.http2.Http2Connection;
import dev.runnel.server.edge.wire.ClientConnection;
import dev.runnel.server.edge.wire.HttpConnection;
import dev.runnel.server.edge.wire.ReadDeadline;
import dev.runnel.server.edge.wire.Service;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A connection with TLS: shakes hands, and is then served by the version of HTTP that the client chose. */
final class EncryptedConnection implements HttpConnection {
    private static final System.Logger LOG = System.getLogger(EncryptedConnection.class.getName());

    private final ClientConnection wire;
    private final SSLSocket encrypted;
    private final Service service;
    private final ReadDeadline deadline;
    private volatile @Nullable HttpConnection chosen;
    private volatile boolean stopping;

    EncryptedConnection(Socket socket, SSLSocket encrypted, Service service) {
        this.wire = new ClientConnection(socket, encrypted);
        this.encrypted = encrypted;
        this.service = service;
        this.deadline = new ReadDeadline(service.timers());
    }

    @Override
    public void run() {
        deadline.set(ReadDeadline.Kind.QUIET, service.waits().first().toNanos());
        HttpConnection connection;
        try {
            encrypted.startHandshake();
            deadline.clear();
            connection = ServerCertificate.HTTP_2.equals(encrypted.getApplicationProtocol())
                    ? new Http2Connection(wire, service)
                    : new Http1Connection(wire, service);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a handshake failed: {0}", e.getMessage());
            wire.close();
            return;
        }
        chosen = connection;
        if (stopping) {
            connection.stop();
        }
        connection.run();
    }

    @Override
    public void check(long now) {
        HttpConnection connection = chosen;
        if (connection != null) {
            connection.check(now);
        } else if (deadline.check(now) != ReadDeadline.Due.NOT_YET) {
            wire.close();
        }
    }

    @Override
    public boolean idle() {
        HttpConnection connection = chosen;
        return connection == null || connection.idle();
    }

    @Override
    public void stop() {
        stopping = true;
        HttpConnection connection = chosen;
        if (connection != null) {
            connection.stop();
        } else {
            wire.close();
        }
    }

    @Override
    public void abort() {
        stopping = true;
        HttpConnection connection = chosen;
        if (connection != null) {
            connection.abort();
        } else {
            wire.close();
        }
    }
}
