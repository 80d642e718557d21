package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Run;
import dev.runnel.protocol.Usage;
import java.time.Duration;

/**
 * Is told what happens to runs, for logs, metrics and traces. The event may not be durable yet, or not even appended to
 * the run's log. The thread that executes or changes the run calls the observer, often with the run locked: an observer
 * must be quick, must not wait for a run and must not throw. Thread-safe.
 */
public interface RunObserver {
    /** A run waits for its turn. It is new, was given tool outputs, or was cut off. */
    default void queued(Run run) {}

    /**
     * A run's turn has come, and its execution begins.
     *
     * @param waited since the run was queued
     */
    default void started(Run run, Duration waited) {}

    /** The first piece of a model's reply has arrived. */
    default void firstToken(Run run) {}

    /**
     * A model call has ended.
     *
     * @param took the time since the request
     * @param used as the model server reported it, or as the server counted it
     * @param failed whether the call broke off, was refused, or was closed because the run was asked to stop
     */
    default void modelCallEnded(Run run, Duration took, Usage used, boolean failed) {}

    /**
     * A call of a tool that the server executes has ended.
     *
     * @param type the tool's kind on the wire
     * @param failed whether the call failed, or was ended because the run was asked to stop
     */
    default void toolEnded(Run run, String type, Duration took, boolean failed) {}

    /**
     * A run has ended, in whatever way.
     *
     * @param requestId of the request that last created the run or gave it outputs; {@code none} after a restart
     * @param took the time since this process created the run or took it up
     */
    default void ended(Run run, String requestId, Duration took) {}
}
