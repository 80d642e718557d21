package dev.runnel.server.search;

import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Turns short texts into vectors, so that texts of like meaning have vectors of like direction. Thread-safe: each call computes on the
 * thread that makes it, so who calls on many threads decides how much of the machine is used.
 */
public interface Embedder extends AutoCloseable {
    /**
     * The name of the model. Vectors of different models must not be compared; whatever is kept with vectors keeps this name with them.
     */
    String model();

    /** How many numbers a vector has. */
    int dimensions();

    /**
     * The vector of one text, of length 1. A text beyond what the model reads, some hundred words, is embedded by its beginning.
     *
     * @throws IllegalStateException if the embedder is closed, or the model cannot be run
     */
    float[] embed(String text);

    /** Frees the model's memory. Calls that are under way end first. A second call does nothing. */
    @Override
    void close();

    /**
     * The built-in model, if its module is on the class path. Opening it reads its weights, which takes about half a second and 100 MB. The
     * caller closes it.
     */
    static Optional<Embedder> builtIn() {
        return ServiceLoader.load(Embedder.class).findFirst();
    }
}
