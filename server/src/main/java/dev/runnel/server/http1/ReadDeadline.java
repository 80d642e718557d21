package dev.runnel.server.http1;

import dev.runnel.server.time.Timers;

/** Until when a connection may wait for bytes. Set by the thread that reads; looked at by one other. */
final class ReadDeadline {
    private final Timers timers;
    private volatile long due;
    private volatile Kind kind = Kind.NONE;
    private volatile boolean passed;

    /** What happens when it passes. */
    enum Kind {
        /** There is no deadline. */
        NONE,
        /** The connection is closed. */
        QUIET,
        /** The client is told. */
        TOLD
    }

    /** What is to be done now. */
    enum Due {
        NOT_YET,
        QUIET,
        TOLD
    }

    ReadDeadline(Timers timers) {
        this.timers = timers;
    }

    void set(Kind then, long nanos) {
        kind = Kind.NONE; // not the old time with the new kind
        due = timers.nanoTime() + nanos;
        kind = then;
    }

    void clear() {
        kind = Kind.NONE;
    }

    /** Whether one has passed, which ended the input. */
    boolean passed() {
        return passed;
    }

    Due check(long now) {
        Kind now1 = kind;
        if (now1 == Kind.NONE || passed || now - due < 0) {
            return Due.NOT_YET;
        }
        passed = true;
        return now1 == Kind.QUIET ? Due.QUIET : Due.TOLD;
    }
}
