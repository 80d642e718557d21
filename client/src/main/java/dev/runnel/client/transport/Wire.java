package dev.runnel.client.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/** A connection's bytes in either direction, over its channel. Read or written by one thread at a time; ended by any. */
sealed interface Wire permits PlainWire, SocketWire {
    /** How much of what the server sends is taken in before it is asked for, in bytes. */
    int MAX_AHEAD_BYTES = 16 * 1024;

    /**
     * Waits for what the server sends.
     *
     * @param timeoutNanos for how long; 0 for as long as it takes
     * @return at least one byte, good until the next call; none at all if the server has ended the connection
     * @throws SocketTimeoutException if nothing comes in time
     */
    ByteBuffer receive(long timeoutNanos) throws IOException;

    /** Whether something has arrived. Does not wait; with TLS it may say no too often. */
    boolean canReceive() throws IOException;

    /** Whether nothing has arrived and the server has not ended the connection. Does not wait. */
    boolean isQuiet() throws IOException;

    /** Takes all that is written to it, for as long as that takes. */
    OutputStream output();

    /** The channel was closed: whoever waits here is to find that out. */
    void ended();
}
