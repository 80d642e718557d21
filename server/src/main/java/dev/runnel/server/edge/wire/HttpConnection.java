package dev.runnel.server.edge.wire;

/**
 * A connection that is served. {@link #run} serves it on a thread of its own and returns at its end. The other methods
 * are for other threads, and never wait.
 */
public interface HttpConnection extends Runnable {
    /**
     * Ends each wait that has been too long. One thread calls this regularly for all connections, because a socket's own
     * timeouts are costly on virtual threads.
     *
     * @param now the time of the server's timers, in nanoseconds
     */
    void check(long now);

    /** Whether no request is being served. */
    boolean idle();

    /** Ends the connection after the requests that are being served, or at once if there are none. */
    void stop();

    /** Ends the connection now, and interrupts the requests that are being served. */
    void abort();
}
