package dev.runnel.model;

import org.jspecify.annotations.Nullable;

/**
 * A streamed chat completion that is passed on as it is: the data of its stream's events. One thread reads it. Any
 * thread may close it, which ends the model call at once.
 */
public interface ChatRelay extends AutoCloseable {

    /**
     * The next event's data, or null at the end.
     *
     * @throws ModelException if the stream breaks off, or is closed meanwhile
     * @throws ErrorAnswerException if the model server sent an error instead of a stream
     */
    byte @Nullable [] next();

    /** The next event's data if it has arrived already; null if not, or at the end. Never waits. */
    byte @Nullable [] nextArrived();

    /** The name that the model server got for the model; null for that of the request. Settled once the first data has come. */
    default @Nullable String servedModel() {
        return null;
    }

    @Override
    void close();
}
