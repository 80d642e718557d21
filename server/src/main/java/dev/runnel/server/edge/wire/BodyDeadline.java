package dev.runnel.server.edge.wire;

import dev.runnel.server.edge.HttpException;
import dev.runnel.server.time.Timers;

/** Until when the next bytes of a request's body must come. For the thread that reads the body. */
public final class BodyDeadline {
    private final ReadDeadline deadline;
    private final long patience;
    private final Timers timers;
    private long began;

    /** Sets the deadlines of a body on a deadline that another thread checks. */
    public BodyDeadline(ReadDeadline deadline, Waits waits, Timers timers) {
        this.deadline = deadline;
        this.patience = waits.body().toNanos();
        this.timers = timers;
    }

    /** The body is about to be read for the first time. */
    public void begin() {
        began = timers.nanoTime();
    }

    /** A wait for more bytes begins, after this many were read. */
    public void waitFor(long read) {
        long due = began + patience + read * (1_000_000_000L / Waits.LEAST_BODY_RATE);
        deadline.set(ReadDeadline.Kind.TOLD, Math.min(patience, due - timers.nanoTime()));
    }

    /** The wait is over: bytes came, or there are none any more. */
    public void came() throws HttpException {
        if (deadline.passed()) {
            throw new HttpException(408, "the request's body took too long to come");
        }
        deadline.clear();
    }
}
