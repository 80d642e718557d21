package dev.runnel.server.engine.upkeep;

import dev.runnel.server.store.rows.DueStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Runs the chores that remove old rows, every ten seconds, each in bounded portions. Thread-safe. */
public final class Housekeeping implements DueWork.Worker {
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final long MILLIS_BETWEEN_PORTIONS = 20;

    /** After so many portions the work ends and is due again at once, so that a stop never waits for long. */
    private static final int MAX_PORTIONS = 100;

    private final List<BooleanSupplier> chores;
    private volatile boolean stopping;

    /**
     * Housekeeping.
     *
     * @param chores each removes a portion, and returns whether there may be more
     */
    public Housekeeping(List<BooleanSupplier> chores) {
        this.chores = List.copyOf(chores);
    }

    @Override
    public Optional<Duration> work(DueStore.Due due) {
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

    /** Pauses, so that runs can be written meanwhile. False if interrupted. */
    private static boolean pause() {
        try {
            Thread.sleep(MILLIS_BETWEEN_PORTIONS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends the work after the current portion. */
    public void stop() {
        stopping = true;
    }
}
