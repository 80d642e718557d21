package dev.runnel.testkit;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Waits for what no event tells of, such as a row of a database or a file that another process writes, by looking again and again. Where
 * an event tells of it, wait for the event.
 */
public final class Await {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long MILLIS_BETWEEN_LOOKS = 10;

    private Await() {}

    /**
     * Something that is so or not.
     *
     * @param <E> what a look may throw; it ends the wait
     */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        /** Looks whether it is so. */
        boolean holds() throws E;
    }

    /**
     * Waits until a condition holds.
     *
     * @param what it waits for, in words
     * @throws AssertionError if that takes longer than a minute
     */
    public static <E extends Exception> void until(String what, Condition<E> condition) throws E, InterruptedException {
        until(() -> what, condition);
    }

    /** Waits as {@link #until(String, Condition)} does; the words are asked for when the wait has failed. */
    public static <E extends Exception> void until(Supplier<String> what, Condition<E> condition)
            throws E, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited in vain: " + what.get());
            }
            Thread.sleep(MILLIS_BETWEEN_LOOKS);
        }
    }
}
