package dev.runnel.server.routing;

/**
 * Leaves a server alone after faults in a row. When the pause is over, one call tries the server; its outcome decides for the others.
 * Thread-safe.
 */
final class CircuitBreaker {
    private final ServerPlan.Circuit plan;

    // Guarded by this.
    private int faults;
    private long closesAt;
    private boolean open;
    private boolean trying;

    CircuitBreaker(ServerPlan.Circuit plan) {
        this.plan = plan;
    }

    /** How long the server is left alone from now on, in nanoseconds; 0 if it may be asked. One caller that gets 0 while it is open is the trial. */
    synchronized long pause(long now) {
        if (!open) {
            return 0;
        }
        if (trying) {
            return Math.max(1, closesAt - now);
        }
        if (now - closesAt >= 0) {
            trying = true;
            return 0;
        }
        return closesAt - now;
    }

    /** Whether it is open, so that calls go elsewhere. */
    synchronized boolean open() {
        return open;
    }

    /** The server has answered. Returns whether that closed the circuit. */
    synchronized boolean answered() {
        boolean closed = open;
        open = false;
        trying = false;
        faults = 0;
        return closed;
    }

    /** The server is at fault. Returns whether that opened the circuit. */
    synchronized boolean failed(long now) {
        faults++;
        boolean opens = plan.faults() > 0 && !open && faults >= plan.faults();
        if (opens || trying) {
            open = true;
            trying = false;
            closesAt = now + plan.pause().toNanos();
        }
        return opens;
    }

    /** A call ended without telling whether the server is well. */
    synchronized void undecided() {
        trying = false;
    }
}
