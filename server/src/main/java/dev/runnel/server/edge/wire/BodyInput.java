package dev.runnel.server.edge.wire;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.util.OptionalLong;

/** A request's body as its handler reads it. For one thread. */
public abstract class BodyInput extends InputStream {
    private static final System.Logger LOG = System.getLogger(BodyInput.class.getName());

    /** How many bytes that the handler left unread are read, so that the client need not break off its sending. */
    public static final int MAX_DRAINED = 1024 * 1024;

    /** The body's length, if the client announced it. */
    public abstract OptionalLong length();

    /** Whether there is a body, which may be empty. */
    public abstract boolean exists();

    /** Whether the body was read to its end. */
    public abstract boolean ended();

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] target, int from, int count) throws IOException;

    /**
     * Reads the rest that the handler left unread, if the end is near; returns whether it was. A failure is only logged,
     * because the answer was already sent.
     */
    public boolean drain() {
        byte[] rest = new byte[ended() ? 0 : 4 * 1024];
        long left = MAX_DRAINED;
        try {
            while (!ended() && left > 0) {
                left -= Math.max(0, read(rest, 0, rest.length));
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot read the rest of a request's body: {0}", e.getMessage());
            return false;
        }
        return ended();
    }
}
