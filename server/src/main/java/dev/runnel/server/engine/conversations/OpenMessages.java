package dev.runnel.server.engine.conversations;

import dev.runnel.protocol.Message;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The messages of runs under way. The tables hold an open message as it was created; its run knows how far it has come. Thread-safe. */
public interface OpenMessages {

    /** A message of a run, as far as it has been written and is durable; empty if the run is not under way. */
    Optional<Message> find(String runId, String messageId);

    /**
     * Gives a message of a run other metadata. If the run is under way, its later snapshots have them too.
     *
     * @param keep begins to keep the metadata; for a run under way, in the order in which its changes are made
     */
    <T> T relabel(String runId, String messageId, Map<String, String> metadata, Supplier<T> keep);
}
