package dev.runnel.server.routing;

import dev.runnel.model.Model;
import dev.runnel.model.ModelException;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChatUsage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The right to make one call of a server. Ends once. Thread-safe. */
final class Permit {
    private final UpstreamServer server;
    private final String model;
    private final AtomicBoolean over = new AtomicBoolean();

    Permit(UpstreamServer server, String model) {
        this.server = server;
        this.model = model;
    }

    /** The name of the server. */
    String server() {
        return server.name();
    }

    /** The server's name for the model. */
    String modelName() {
        return model;
    }

    Model model() {
        return server.model();
    }

    /** The server has begun to answer. */
    void answered() {
        server.answered();
    }

    /** The call used tokens. */
    void used(ChatUsage usage) {
        server.used(usage.promptTokens() + usage.completionTokens());
    }

    /** The call's reply, or the last chunk of it, tells the tokens used. */
    void usedAsTold(byte @Nullable [] json) {
        if (json == null || !server.countsTokens()) {
            return;
        }
        try {
            ChatUsage usage = ChatJson.readChunk(json).usage();
            if (usage != null) {
                used(usage);
            }
        } catch (JsonException e) {
            // It is passed on as it is, and tells no tokens.
        }
    }

    /** The call failed. */
    void failed(ModelException failure) {
        if (over.compareAndSet(false, true)) {
            server.failed(failure);
            server.leave();
        }
    }

    /** The call is over. */
    void end() {
        if (over.compareAndSet(false, true)) {
            server.leave();
        }
    }
}
