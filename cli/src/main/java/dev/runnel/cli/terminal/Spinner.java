package dev.runnel.cli.terminal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/** A waiting sign: one character that turns, on its own thread. It uses the terminal's lock. */
final class Spinner {
    private static final String[] FRAMES = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final long FIRST_MILLIS = 300;
    private static final long NEXT_MILLIS = 100;

    private final Consumer<String> show;
    private final Lock lock;
    private final Condition stopping;
    private boolean stopped;
    private boolean shown;

    private Spinner(Consumer<String> show, Lock lock) {
        this.show = show;
        this.lock = lock;
        this.stopping = lock.newCondition();
    }

    /** Starts one. It appears after a moment: a fast reply needs no sign. */
    static Spinner start(Consumer<String> show, Lock lock) {
        Spinner spinner = new Spinner(show, lock);
        Thread.ofPlatform().daemon().name("waiting").start(spinner::turn);
        return spinner;
    }

    private void turn() {
        lock.lock();
        try {
            long millis = FIRST_MILLIS;
            for (int i = 0; !stopped; i++) {
                long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
                while (!stopped && nanos > 0) {
                    nanos = stopping.awaitNanos(nanos);
                }
                if (!stopped) {
                    show.accept(FRAMES[i % FRAMES.length]);
                    shown = true;
                }
                millis = NEXT_MILLIS;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Stops it, with the lock held. Returns whether it was shown. */
    boolean stop() {
        stopped = true;
        stopping.signalAll();
        return shown;
    }
}
