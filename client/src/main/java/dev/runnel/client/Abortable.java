package dev.runnel.client;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a call that a stream's reader waits for and that has no handle to end it, such as the request for the next part of the
 * stream. It interrupts the reader, but only while the reader waits here. The monitor is never held during a wait.
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

    /** The interrupt came from this object, so it is cleared: nothing else interrupted the thread. */
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
