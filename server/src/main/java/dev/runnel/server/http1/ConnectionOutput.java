package dev.runnel.server.http1;

import dev.runnel.server.time.Timers;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** The bytes that a client gets, written to its socket at once. For one thread; when a write began is for any. */
final class ConnectionOutput {
    /** What a reader must take within the patience: less than a large write, so that a slow one is not taken for a dead one. */
    private static final int PIECE = 8 * 1024;

    private final OutputStream socket;
    private final Timers timers;
    private volatile long writingSince;
    private volatile boolean writing;

    ConnectionOutput(OutputStream socket, Timers timers) {
        this.socket = socket;
        this.timers = timers;
    }

    void write(byte[] bytes, int from, int length) throws ClientGoneException {
        try {
            for (int at = 0; at < length; at += PIECE) {
                writingSince = timers.nanoTime();
                writing = true;
                socket.write(bytes, from + at, Math.min(PIECE, length - at));
                writing = false;
            }
        } catch (IOException e) {
            throw new ClientGoneException("a response could not be written: " + e.getMessage(), e);
        }
    }

    /** For how many nanoseconds a write has got nowhere; null if none is under way. */
    @Nullable
    Long stuckFor(long now) {
        return writing ? now - writingSince : null;
    }
}
