package dev.runnel.server.engine.runs;

import java.lang.System.Logger.Level;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a run waits for, a model's reply or a tool, which can be ended by another thread at any moment: by interrupting the thread that
 * waits, and by closing what is held. Once ended, nothing is begun any more. Thread-safe; nobody waits while it is locked.
 */
final class EndableCall {
    private static final System.Logger LOG = System.getLogger(EndableCall.class.getName());

    // Guarded by this.
    private @Nullable Thread waiting;
    private @Nullable AutoCloseable held;
    private boolean ended;

    /** Something that waits, and takes an interrupt for its end. */
    @FunctionalInterface
    interface Wait<T, E extends Exception> {
        T run() throws E;
    }

    /**
     * Opens what is then held. An end interrupts the opening, and closes what was opened.
     *
     * @throws StoppedException if it is ended before that is opened, or was before
     */
    <C extends AutoCloseable> C begin(Supplier<C> opening) {
        return hold(this.<C, RuntimeException>await(opening::get));
    }

    /**
     * Waits for something; an end interrupts the wait.
     *
     * @throws StoppedException if it was ended before
     */
    <T, E extends Exception> T await(Wait<T, E> wait) throws E {
        beginWait();
        try {
            return wait.run();
        } finally {
            endWait();
        }
    }

    /**
     * Holds something that an end closes, in place of what was held before.
     *
     * @throws StoppedException if it was ended before; then that is closed at once
     */
    <C extends AutoCloseable> C hold(C resource) {
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

    /** An interrupt was for the wait that is over, and for nothing after it. */
    private synchronized void endWait() {
        waiting = null;
        boolean wasInterrupted = Thread.interrupted();
        assert !wasInterrupted || ended;
    }

    /** The caller has let go of what is held. */
    synchronized void letGo() {
        held = null;
    }

    /** Ends the call under way, if there is one, and every later one. */
    void end() {
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
            LOG.log(Level.DEBUG, "what a run waited for could not be closed in order", e);
        }
    }
}
