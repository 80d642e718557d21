package dev.runnel.server.engine.upkeep;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Removes what has had its time: again and again, and a bounded portion at once. Thread-safe. */
public final class Housekeeping implements DueWork.Worker {
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final long MILLIS_BETWEEN_PORTIONS = 20;

    /** After so many portions others may go on with it, so that it never takes longer than its lease. */
    private static final int MAX_PORTIONS = 100;

    private final List<BooleanSupplier> chores;
    private volatile boolean stopping;

    /**
     * Housekeeping.
     *
     * @param chores each does a portion, and answers whether there may be more
     */
    public Housekeeping(List<BooleanSupplier> chores) {
        this.chores = List.copyOf(chores);
    }

    @Override
    public Optional<Duration> work(String subject) {
        int portions = 0;
        for (BooleanSupplier chore : chores) {
            while (!stopping && chore.getAsBoolean()) {
                if (++portions == MAX_PORTIONS || !pause()) {
                    return Optional.of(Duration.ZERO);
                }
            }
        }
        return Optional.of(INTERVAL);
    }

    /** So that runs are written meanwhile; false if interrupted. */
    private static boolean pause() {
        try {
            Thread.sleep(MILLIS_BETWEEN_PORTIONS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Has the work end when the portion under way is done. */
    public void stop() {
        stopping = true;
    }
}
