package dev.runnel.model;

import org.jspecify.annotations.Nullable;

/**
 * A model's reply as it arrives. One thread reads it. Any thread may close it at any time, which ends the model call at
 * once.
 */
public interface ModelStream extends AutoCloseable {

    /**
     * The next delta, or null at the reply's end.
     *
     * @throws ModelException if the reply breaks off, or the stream is closed meanwhile
     */
    @Nullable
    ModelDelta next();

    /**
     * The next delta if it has arrived already; null if not, or at the reply's end. Never waits.
     *
     * @throws ModelException if the reply breaks off
     */
    @Nullable
    ModelDelta nextArrived();

    @Override
    void close();
}
