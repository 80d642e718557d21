package dev.runnel.server.base;

import java.util.concurrent.TimeUnit;

/**
 * An amount that may be used in a minute. It fills up evenly, up to a whole minute's amount. More may be taken than is left, because the
 * tokens of a call are known only at its end: then it has to fill up first. Thread-safe.
 */
public final class Allowance {
    private static final double MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final int perMinute;

    // Guarded by this.
    private double left;
    private long at;

    /**
     * A full allowance.
     *
     * @param perMinute at least 1
     * @param now in nanoseconds, of any clock that goes evenly
     */
    public Allowance(int perMinute, long now) {
        this.perMinute = perMinute;
        this.left = perMinute;
        this.at = now;
    }

    /** The amount that may be used in a minute. */
    public int perMinute() {
        return perMinute;
    }

    /** The amount that is left, 0 or more. */
    public synchronized long left(long now) {
        fill(now);
        return (long) Math.max(0, Math.floor(left));
    }

    /** How long it takes until at least one is left, in nanoseconds; 0 if one is. */
    public synchronized long nanosUntilOne(long now) {
        fill(now);
        return left >= 1 ? 0 : time(1 - left);
    }

    /** How long it takes until it is full, in nanoseconds. */
    public synchronized long reset(long now) {
        fill(now);
        return time(perMinute - left);
    }

    /** Uses an amount. */
    public synchronized void take(long amount, long now) {
        fill(now);
        left -= amount;
    }

    /** Uses one if one is left. */
    public synchronized boolean takeOne(long now) {
        fill(now);
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }

    private long time(double amount) {
        return (long) Math.ceil(amount / perMinute * MINUTE);
    }

    private void fill(long now) {
        left = Math.min(perMinute, left + (now - at) / MINUTE * perMinute);
        at = now;
    }
}
