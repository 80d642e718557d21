package dev.runnel.server.engine.runs;

import dev.runnel.server.model.ModelStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A run's model call, which can be ended by another thread at any moment: while the model has not answered yet by interrupting the
 * thread that waits, from then on by closing the stream. Once ended, no further call is made. Thread-safe; nobody waits while it is locked.
 */
final class EndableCall {
    // Guarded by this.
    private @Nullable Thread waiting;
    private @Nullable ModelStream stream;
    private boolean ended;

    /**
     * Makes a call.
     *
     * @throws StoppedException if it is ended before the model has answered, or was before
     */
    ModelStream begin(Supplier<ModelStream> model) {
        beginWait();
        ModelStream answered;
        try {
            answered = model.get();
        } finally {
            endWait();
        }
        synchronized (this) {
            stream = answered;
            if (!ended) {
                return answered;
            }
        }
        answered.close();
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

    /** The caller has let go of the stream. */
    synchronized void letGo() {
        stream = null;
    }

    /** Ends the call under way, if there is one, and every later one. */
    void end() {
        ModelStream open;
        synchronized (this) {
            ended = true;
            open = stream;
            if (waiting != null) {
                waiting.interrupt();
            }
        }
        if (open != null) {
            open.close();
        }
    }
}
