package dev.runnel.server.edge;

import dev.runnel.server.edge.http1.Http1Connection;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.edge.wire.Capacity;
import dev.runnel.server.edge.wire.ClientConnection;
import dev.runnel.server.edge.wire.Service;
import dev.runnel.server.time.SystemTimers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A socket without a network: what comes, in which pieces, is given; what goes is kept. */
final class MemorySocket extends Socket {
    private final List<byte[]> pieces;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private int piece;
    private int at;

    private MemorySocket(List<byte[]> pieces) {
        this.pieces = pieces;
    }

    /** All that a server sends to a client that sends these pieces and then ends, the header for the date left out. */
    static String answers(List<byte[]> pieces) {
        try (MemorySocket socket = new MemorySocket(pieces)) {
            HttpSettings settings = HttpSettings.at("127.0.0.1", 0, 1, Duration.ofMinutes(1), SystemTimers.get());
            new Http1Connection(ClientConnection.plain(socket), new Service(
                    new Echo(), settings.waits(), settings.timers(), () -> "", new Capacity(1))).run();
            return socket.sent.toString(StandardCharsets.ISO_8859_1).replace("Date: \r\n", "");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private final InputStream in = new InputStream() {
        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] target, int from, int length) {
            while (piece < pieces.size() && at == pieces.get(piece).length) {
                piece++;
                at = 0;
            }
            if (piece == pieces.size()) {
                return -1;
            }
            int count = Math.min(length, pieces.get(piece).length - at);
            System.arraycopy(pieces.get(piece), at, target, from, count);
            at += count;
            return count;
        }
    };

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return sent;
    }

    @Override
    public void shutdownInput() {}

    @Override
    public void shutdownOutput() {}
}
