package dev.runnel.server.tool;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.server.log.HiddenEvent;

/** What a tool has while it carries out a call: the run, and ways to tell of its progress. For the thread that executes the call. */
public interface ToolContext {

    /** The run, as it was when the call began. */
    Run run();

    /**
     * Adds to what the step shows of the call, at once and for all readers: an output of code, say. Strings are appended to, entries of
     * arrays have an {@code index}.
     *
     * @param more what to add under the tool's kind
     */
    void show(JsonValue more) throws InterruptedException;

    /** Appends an event to the run's log that the Assistants API does not show. */
    void tell(HiddenEvent progress) throws InterruptedException;

    /**
     * Has a resource closed, by another thread, if the run is to end before the call has ended; at once, if it is to end already. One
     * resource at a time: the latest. Once the call has ended it is the tool's own to close.
     *
     * @return the resource
     */
    <C extends AutoCloseable> C closeAtEnd(C resource);
}
