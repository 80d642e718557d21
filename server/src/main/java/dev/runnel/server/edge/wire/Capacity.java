package dev.runnel.server.edge.wire;

import java.util.concurrent.atomic.AtomicInteger;

/** How many connections, and requests beside others on a connection, a server serves at once. Thread-safe. */
public final class Capacity {
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();

    /** A capacity of which nothing is taken. */
    public Capacity(int most) {
        this.most = most;
    }

    /** Takes one; false if all are taken. */
    public boolean take() {
        if (taken.incrementAndGet() > most) {
            taken.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Gives back one that was taken. */
    public void give() {
        taken.decrementAndGet();
    }
}
