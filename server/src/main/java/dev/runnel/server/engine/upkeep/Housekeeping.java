package dev.runnel.server.engine.upkeep;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Removes what has had its time, in the background: at the start and every few seconds, and a bounded portion at once. */
public final class Housekeeping implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Housekeeping.class.getName());
    private static final long SECONDS = 10;
    private static final long MILLIS_BETWEEN_PORTIONS = 20;

    private final List<BooleanSupplier> chores;
    private final ScheduledExecutorService timer;

    /**
     * Begins.
     *
     * @param chores each does a portion, and answers whether there may be more
     */
    public Housekeeping(List<BooleanSupplier> chores) {
        this.chores = List.copyOf(chores);
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("runnel-housekeeping").factory());
        Future<?> _ = timer.scheduleWithFixedDelay(this::doAll, 0, SECONDS, TimeUnit.SECONDS);
    }

    private void doAll() {
        try {
            for (BooleanSupplier chore : chores) {
                while (chore.getAsBoolean() && !timer.isShutdown()) {
                    Thread.sleep(MILLIS_BETWEEN_PORTIONS); // so that runs are written meanwhile
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (!timer.isShutdown()) {
                LOG.log(Level.WARNING, "what has had its time could not be removed", e);
            }
        }
    }

    /** Ends when the portion under way is done. */
    @Override
    public void close() {
        timer.shutdownNow();
        try {
            timer.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
