package dev.runnel.server.routing;

import dev.runnel.model.ModelException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Where calls wait until a server takes more of them. Thread-safe. */
final class Room {
    /** Bounds a wait whose signal came just before it. */
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(250);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition made = lock.newCondition();

    /** How often there was room. Guarded by the lock. */
    private long times;

    /**
     * Waits until there may be room. The caller looks whether there is.
     *
     * @throws ModelException if the wait is interrupted
     */
    @SuppressWarnings("WaitNotInLoop") // the caller's loop is around it
    void await(long nanos) {
        lock.lock();
        try {
            long before = times;
            long left = Math.min(nanos, LONGEST);
            while (times == before && left > 0) {
                left = made.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException(ModelException.Kind.SERVER_ERROR, "The model call was ended.", e);
        } finally {
            lock.unlock();
        }
    }

    /** There may be room. */
    void made() {
        lock.lock();
        try {
            times++;
            made.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
