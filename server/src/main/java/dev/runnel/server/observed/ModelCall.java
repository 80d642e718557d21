package dev.runnel.server.observed;

import dev.runnel.protocol.chat.ChatUsage;
import dev.runnel.server.base.TraceHeaders;
import java.util.Optional;

/**
 * What an observer is told of one call of a model. The thread that reads the reply calls all methods but {@link #ended}, which any
 * thread may call, also before the others are done. None may throw.
 */
public interface ModelCall {
    /** The trace headers that the requests to the model server carry; empty to leave them as they are. */
    default Optional<TraceHeaders> headers() {
        return Optional.empty();
    }

    /** The first piece of a streamed reply has arrived. */
    default void arrived() {}

    /**
     * Another model answers than the name says, or one of several servers.
     *
     * @param server the name of the model server; empty if it is not known
     * @param model the name that the server has for the model
     */
    default void answered(String server, String model) {}

    /** The tokens of the call, as the model server tells them. The last ones count. */
    default void used(ChatUsage usage) {}

    /**
     * The reply ends.
     *
     * @param reason in the model server's words
     */
    default void finished(String reason) {}

    /**
     * The call is over. Called once.
     *
     * @param error {@code cancelled}, or the kind of the failure, such as {@code server_error}; empty if the reply is whole
     */
    void ended(String error);
}
