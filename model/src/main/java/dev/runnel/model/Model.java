package dev.runnel.model;

import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.chat.ChatRequest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where replies come from: a prompt in, deltas out. Thread-safe; calls block.
 *
 * <p>Runs use {@link #stream}. The chat completions endpoint uses {@link #relay} and {@link #complete}, which pass a request and
 * its reply on as they are, so that nothing a caller asked for is lost.
 */
public interface Model extends AutoCloseable {

    /**
     * Begins a reply.
     *
     * @throws ModelException if no reply begins
     */
    ModelStream stream(ChatRequest prompt);

    /**
     * Begins a streamed chat completion from a request's JSON.
     *
     * @throws ModelException if there is no answer
     * @throws ErrorAnswerException if the model server answers with an error
     */
    ChatRelay relay(byte[] request);

    /**
     * A whole chat completion from a request's JSON.
     *
     * @throws ModelException if there is no answer
     * @throws ErrorAnswerException if the model server answers with an error
     */
    ChatAnswer complete(byte[] request);

    /**
     * The vectors of texts: the answer's JSON from a request's JSON, as of OpenAI's embeddings. Empty if the model has none.
     *
     * @throws ModelException if there is no answer
     * @throws ErrorAnswerException if the model server answers with an error
     */
    Optional<byte[]> embed(byte[] request);

    /**
     * The models that can be asked for.
     *
     * @throws ModelException if the model server does not list its models
     */
    List<ModelInfo> list();

    /**
     * The model of a name; null if no such model can be asked for.
     *
     * @throws ModelException if the model server does not list its models
     */
    default @Nullable ModelInfo find(String name) {
        return list().stream().filter(info -> info.id().equals(name)).findFirst().orElse(null);
    }

    /**
     * The name of the model that answers requests for a name: another one for an alias. Does not wait for a model
     * server.
     */
    default String answering(String name) {
        return name;
    }

    /** The kind of model and its address, in a few words for a person. */
    String description();

    @Override
    void close();
}
