package dev.runnel.server.search;

import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Turns short texts into vectors, so that texts of similar meaning have vectors of similar direction. A call by a
 * platform thread computes on that thread, so the number of calling threads decides how many cores are used. Calls by
 * virtual threads do not hold their carriers. Thread-safe.
 */
public interface Embedder extends AutoCloseable {
    /**
     * The name of the model. Vectors of different models must not be compared, so stored vectors need this name beside
     * them.
     */
    String model();

    /** How many numbers a vector has. */
    int dimensions();

    /**
     * The vector of one text, of length 1. The model reads some hundred words; of a longer text only the beginning
     * counts.
     *
     * @throws IllegalStateException if the embedder is closed, or the model cannot be run
     */
    float[] embed(String text);

    /** Frees the model's memory, once the calls under way have ended. A second call does nothing. */
    @Override
    void close();

    /**
     * Opens the built-in model; empty if its module is not on the class path. Opening reads the weights, which takes
     * about half a second and 100 MB. The caller closes it.
     */
    static Optional<Embedder> builtIn() {
        return ServiceLoader.load(Embedder.class).findFirst();
    }
}
