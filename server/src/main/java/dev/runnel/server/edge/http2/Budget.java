package dev.runnel.server.edge.http2;

import dev.runnel.server.time.Timers;

/** How often something may happen: so many times at once, and so many times a second in the long run. For one thread. */
final class Budget {
    private static final double SECOND = 1_000_000_000;

    private final Timers timers;
    private final int most;
    private final double perSecond;
    private double left;
    private long counted;

    Budget(int most, int perSecond, Timers timers) {
        this.timers = timers;
        this.most = most;
        this.perSecond = perSecond;
        this.left = most;
        this.counted = timers.nanoTime();
    }

    /**
     * Counts one.
     *
     * @throws ConnectionFault if it was one too many
     */
    void spend(String why) throws ConnectionFault {
        long now = timers.nanoTime();
        left = Math.min(most, left + (now - counted) / SECOND * perSecond);
        counted = now;
        if (left < 1) {
            throw new ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, why);
        }
        left--;
    }
}
