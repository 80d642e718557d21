package dev.runnel.server.engine.vectorstores;

import dev.runnel.model.ModelException;
import dev.runnel.server.search.Embedder;
import dev.runnel.server.search.chunk.ChunkHeadings;
import dev.runnel.server.search.chunk.ChunkVectors;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The vectors of texts, if there is an embedding model. It is opened at the first use. Thread-safe. */
public final class Embedding implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Embedding.class.getName());

    private final Lazily<Opened> embedder;

    /** Whether the last question got no vector, which is logged once. */
    private final AtomicBoolean failing = new AtomicBoolean();

    /** The model; none if there is no model, or it cannot be opened. */
    private record Opened(Optional<Embedder> embedder) implements AutoCloseable {
        @Override
        public void close() {
            embedder.ifPresent(Embedder::close);
        }
    }

    /**
     * The vectors by a model.
     *
     * @param opener opens the model; empty if there is none
     */
    Embedding(Supplier<Optional<Embedder>> opener) {
        this.embedder = new Lazily<>(() -> new Opened(open(opener)));
    }

    private static Optional<Embedder> open(Supplier<Optional<Embedder>> opener) {
        try {
            Optional<Embedder> opened = opener.get();
            if (opened.isEmpty()) {
                LOG.log(Level.INFO, "This server has no embedding model. It searches vector stores by words alone.");
            }
            return opened;
        } catch (ServiceConfigurationError | RuntimeException e) {
            LOG.log(Level.WARNING, "Cannot open the embedding model. The server searches vector stores by words alone.",
                    e);
            return Optional.empty();
        }
    }

    /** The model's name; null if there is none. */
    public @Nullable String model() {
        return embedder.get().embedder.map(Embedder::model).orElse(null);
    }

    /** The vector of a text, of which only the beginning may count. There must be a model. */
    public float[] ofText(String text) {
        return embedder.get().embedder.orElseThrow().embed(text);
    }

    /** How many numbers a vector has. There must be a model. */
    public int dimensions() {
        return embedder.get().embedder.orElseThrow().dimensions();
    }

    /** The vectors of a chunk with these headings, as they are stored. There must be a model. */
    byte[] ofChunk(String headings, String text) {
        return VectorBytes.write(ChunkVectors.of(
                embedder.get().embedder.orElseThrow(), ChunkHeadings.read(headings), text));
    }

    /**
     * The vector of a question; null if there is no model, or it gives none at the moment, or the question is blank. The
     * question is searched for by its words then.
     */
    float @Nullable [] ofQuestion(String words) {
        Optional<Embedder> model = embedder.get().embedder;
        if (model.isEmpty() || words.isBlank()) {
            return null;
        }
        try {
            float[] vector = model.get().embed(words);
            failing.set(false);
            return vector;
        } catch (ModelException e) {
            if (!failing.getAndSet(true)) {
                LOG.log(Level.WARNING, "Vector stores are searched by words alone until the embedding model answers: "
                        + e.getMessage());
            }
            return null;
        }
    }

    @Override
    public void close() {
        embedder.close();
    }
}
