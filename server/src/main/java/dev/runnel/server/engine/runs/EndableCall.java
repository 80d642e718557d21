package dev.runnel.server.engine.runs;

import java.lang.System.Logger.Level;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The call that a run waits for: a model call, or a call of a tool, also one for a run of another node. Another thread can end it at any moment, which
 * interrupts the waiting thread and closes the held resource. Once ended, no call can begin. Thread-safe; no thread
 * waits while it holds the lock.
 */
public final class EndableCall {
    private static final System.Logger LOG = System.getLogger(EndableCall.class.getName());

    // Guarded by this.
    private @Nullable Thread waiting;
    private @Nullable AutoCloseable held;
    private boolean ended;

    /** A wait that ends when its thread is interrupted. */
    @FunctionalInterface
    public interface Wait<T, E extends Exception> {
        /** Waits. */
        T run() throws E;
    }

    /**
     * Opens a resource and holds it. {@link #end} interrupts the opening, and closes the resource.
     *
     * @throws StoppedException if the call was ended before the resource was open
     */
    <C extends AutoCloseable> C begin(Supplier<C> opening) {
        return hold(this.<C, RuntimeException>await(opening::get));
    }

    /**
     * Waits. {@link #end} interrupts the wait.
     *
     * @throws StoppedException if the call was ended before
     */
    public <T, E extends Exception> T await(Wait<T, E> wait) throws E {
        beginWait();
        try {
            return wait.run();
        } finally {
            endWait();
        }
    }

    /**
     * Holds a resource, in place of the one before. {@link #end} closes it.
     *
     * @throws StoppedException if the call was ended before; then the resource is closed at once
     */
    public <C extends AutoCloseable> C hold(C resource) {
        synchronized (this) {
            held = resource;
            if (!ended) {
                return resource;
            }
        }
        close(resource);
        throw new StoppedException();
    }

    private synchronized void beginWait() {
        if (ended) {
            throw new StoppedException();
        }
        waiting = Thread.currentThread();
    }

    /** Clears the interrupt: it was for this wait alone. */
    private synchronized void endWait() {
        waiting = null;
        boolean wasInterrupted = Thread.interrupted();
        assert !wasInterrupted || ended;
    }

    /** Holds the resource no longer; closing it is the caller's task. */
    synchronized void letGo() {
        held = null;
    }

    /** Ends the call under way, if there is one, and every later one. */
    public void end() {
        AutoCloseable open;
        synchronized (this) {
            ended = true;
            open = held;
            if (waiting != null) {
                waiting.interrupt();
            }
        }
        if (open != null) {
            close(open);
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "cannot close the model call or tool resource of a run", e);
        }
    }
}
