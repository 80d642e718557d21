package dev.runnel.client.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/** A connection's bytes in both directions, over its channel. One thread reads or writes at a time; any thread may end it. */
sealed interface Wire permits PlainWire, SocketWire {
    /** How many bytes are read ahead of the reader. */
    int MAX_AHEAD_BYTES = 16 * 1024;

    /**
     * Waits for bytes from the server.
     *
     * @param timeoutNanos the longest wait; 0 for no limit
     * @return at least one byte, valid until the next call; no bytes if the server has ended the connection
     * @throws SocketTimeoutException if nothing comes in time
     */
    ByteBuffer receive(long timeoutNanos) throws IOException;

    /** Whether bytes have arrived. Does not wait; with TLS it may return false too often. */
    boolean canReceive() throws IOException;

    /** Whether no bytes have arrived and the server has not ended the connection. Does not wait. */
    boolean isQuiet() throws IOException;

    /** Writes all bytes, without a time limit. */
    OutputStream output();

    /** Tells a waiting thread that the channel was closed. */
    void ended();
}
