package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Run;
import java.time.Duration;

/**
 * Is told what happens to runs, for logs, metrics and traces. What happens to calls of models is told to a
 * {@code ModelObserver}. The event may not be durable yet, or not even appended to
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

    /**
     * The prompt for a model call is made.
     *
     * @param took to read the thread's messages and to fit them in
     */
    default void prompted(Run run, Duration took) {}

    /**
     * A call of a tool that the server executes has ended.
     *
     * @param type the tool's kind on the wire
     * @param callId the call's id on the wire
     * @param failed whether the call failed, or was ended because the run was asked to stop
     */
    default void toolEnded(Run run, String type, String callId, Duration took, boolean failed) {}

    /** A run waits for outputs of its caller's functions. */
    default void requiresAction(Run run) {}

    /**
     * A run has ended, in whatever way.
     *
     * @param requestId of the request that last created the run or gave it outputs; {@code none} after a restart
     * @param took the time since this process created the run or took it up
     */
    default void ended(Run run, String requestId, Duration took) {}

    /**
     * The events of a run that has ended are durable.
     *
     * @param took the wait for them
     */
    default void committed(Run run, Duration took) {}

    /**
     * This process has the run no longer: it has ended, waits for a request to any node, was left to another node, or was given up after a
     * failure. If it goes on here, it is queued again or started.
     */
    default void letGo(Run run) {}
}
