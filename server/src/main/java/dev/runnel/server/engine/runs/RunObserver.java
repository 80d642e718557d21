package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Run;
import dev.runnel.protocol.Usage;
import java.time.Duration;

/**
 * Is told what happens to runs, for logs, metrics and traces. What is told was appended to the run's log, or is about to be, and need
 * not be durable yet. Called by the thread that does it, often with the run locked: an observer must be quick, must not wait for a
 * run and must not throw. Thread-safe.
 */
public interface RunObserver {
    /** Takes no notice. */
    RunObserver NONE = new RunObserver() {};

    /** A run waits for its turn: a new one, one that was handed outputs, or one that was cut off. */
    default void queued(Run run) {}

    /** A run is executed: its turn has come. */
    default void started(Run run) {}

    /** The first piece of a model's reply is there. */
    default void firstToken(Run run) {}

    /**
     * A model call has ended.
     *
     * @param took from the request on
     * @param used as the model server told, or as it was counted
     * @param failed whether it broke off, was refused, or was closed because the run is to stop
     */
    default void modelCallEnded(Run run, Duration took, Usage used, boolean failed) {}

    /**
     * A call of a tool that the server executes has ended.
     *
     * @param type the tool's kind on the wire
     * @param failed whether it failed, or was ended because the run is to stop
     */
    default void toolEnded(Run run, String type, Duration took, boolean failed) {}

    /**
     * A run has ended, in whatever way.
     *
     * @param requestId of the request that set it going last; {@code none} after a restart
     */
    default void ended(Run run, String requestId) {}
}
