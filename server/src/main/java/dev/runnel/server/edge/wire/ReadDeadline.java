package dev.runnel.server.edge.wire;

import dev.runnel.server.time.Timers;

/**
 * The time until which a connection may wait for bytes. The reading thread sets the deadline, and one other thread
 * checks it.
 */
public final class ReadDeadline {
    private final Timers timers;
    private volatile long due;
    private volatile Kind kind = Kind.NONE;
    private volatile boolean passed;

    /** The action that follows when the deadline passes. */
    public enum Kind {
        /** There is no deadline. */
        NONE,
        /** The connection is closed. */
        QUIET,
        /** The input ends, and the client gets an answer. */
        TOLD
    }

    /** The result of a check. */
    public enum Due {
        NOT_YET,
        QUIET,
        TOLD
    }

    /** No deadline yet, by these timers. */
    public ReadDeadline(Timers timers) {
        this.timers = timers;
    }

    /** Sets the deadline, from now on. */
    public void set(Kind then, long nanos) {
        kind = Kind.NONE; // so that no check sees the old time with the new kind
        due = timers.nanoTime() + nanos;
        kind = then;
    }

    /** There is no deadline any more. */
    public void clear() {
        kind = Kind.NONE;
    }

    /** Whether a deadline has passed and has ended the input. */
    public boolean passed() {
        return passed;
    }

    /** Looks whether the deadline has passed. */
    public Due check(long now) {
        Kind now1 = kind;
        if (now1 == Kind.NONE || passed || now - due < 0) {
            return Due.NOT_YET;
        }
        passed = true;
        return now1 == Kind.QUIET ? Due.QUIET : Due.TOLD;
    }
}
