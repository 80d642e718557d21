package dev.runnel.server.engine.conversations;

import dev.runnel.protocol.Message;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The messages of runs under way. The tables hold an open message as it was created; its run has the text written
 * since. Thread-safe.
 */
public interface OpenMessages {

    /**
     * A message of a run, with all that has been written of it. Waits until this is durable. Empty if the run is not
     * under way.
     */
    Optional<Message> find(String runId, String messageId);

    /**
     * Replaces the metadata of a run's message. If the run is under way, later snapshots of the message show the new
     * metadata.
     *
     * @param keep begins to store the metadata; for a run under way, called with the run locked, so that several
     *     changes are stored in their order
     */
    <T> T relabel(String runId, String messageId, Map<String, String> metadata, Supplier<T> keep);
}
