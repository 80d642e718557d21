package dev.runnel.server.edge.wire;

import dev.runnel.server.edge.ClientGoneException;
import dev.runnel.server.time.Timers;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Writes to a client's socket, without a buffer. For one thread, but {@link #stuckFor} is for any. */
public final class WireOutput {
    /**
     * How many bytes a client must read within the patience. A large write is split, so that a slow client is not taken
     * for a dead one.
     */
    private static final int PIECE = 8 * 1024;

    private final OutputStream socket;
    private final Timers timers;
    private volatile long writingSince;
    private volatile boolean writing;

    /** Writes to a socket. */
    public WireOutput(OutputStream socket, Timers timers) {
        this.socket = socket;
        this.timers = timers;
    }

    /** Writes bytes at once. */
    public void write(byte[] bytes, int from, int length) throws ClientGoneException {
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

    /** For how many nanoseconds the present write has made no progress; null if no write is under way. */
    public @Nullable Long stuckFor(long now) {
        return writing ? now - writingSince : null;
    }
}
