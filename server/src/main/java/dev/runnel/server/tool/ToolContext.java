package dev.runnel.server.tool;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.server.log.HiddenEvent;
import java.util.Optional;

/**
 * Gives a tool its run while it carries out a call, and takes reports of its progress. For the thread that executes the
 * call.
 */
public interface ToolContext {

    /** The run, as it was when the call began. */
    Run run();

    /** How many steps the runs of the thread have had before the step of this call: a number that no other step has. */
    long stepsBefore();

    /** The notes of the tool about the run's thread. One read of the database. */
    Optional<JsonValue> kept();

    /**
     * Keeps something with the run's thread, in place of what the tool kept there before. It stays until the thread is
     * deleted. One write to the database.
     */
    void keep(JsonValue kept);

    /**
     * Adds to what the step shows of the call, at once and for all readers, for example an output of code. Strings are
     * appended to, and entries of arrays have an {@code index}.
     *
     * @param more what to add to the object under the tool's kind
     */
    void show(JsonValue more) throws InterruptedException;

    /** Appends an event to the run's log that the Assistants API does not show. */
    void tell(HiddenEvent progress) throws InterruptedException;

    /**
     * Has another thread close a resource if the run is stopped during the call. If the run was stopped before, the
     * resource is closed at once and an exception is thrown. Only the latest resource is held. After the call, or once
     * another resource is held, the tool closes it itself.
     *
     * @return the resource
     */
    <C extends AutoCloseable> C closeAtEnd(C resource);
}
