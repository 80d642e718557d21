package dev.runnel.client;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets a stream's reader wait for something that has no handle of its own to end it by, such as a request that opens the next part of
 * the stream: ending is interrupting the reader, and only while it waits here. The monitor is never held while anybody waits.
 */
final class Abortable {
    // Guarded by this.
    private @Nullable Thread waiting;
    private boolean aborted;

    /**
     * Makes a call that {@link #abort} can end.
     *
     * @throws ClosedStreamException if it was ended before
     */
    <T> T call(Supplier<T> blocking) {
        begin();
        try {
            return blocking.get();
        } finally {
            end();
        }
    }

    private synchronized void begin() {
        if (aborted) {
            throw new ClosedStreamException("the stream was closed while it was being read", null);
        }
        waiting = Thread.currentThread();
    }

    /** The interrupt was this object's; who closed the stream did not interrupt the thread for anything else. */
    private synchronized void end() {
        waiting = null;
        if (aborted) {
            Thread.interrupted();
        }
    }

    /** Ends the call under way and every later one. Returns at once. */
    synchronized void abort() {
        aborted = true;
        if (waiting != null) {
            waiting.interrupt();
        }
    }
}
