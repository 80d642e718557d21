package dev.runnel.server.search.chunk;

import dev.runnel.server.search.Embedder;
import java.util.ArrayList;
import java.util.List;

/** The vectors by which a chunk is found: one of each of its windows, and one of the headings above it. */
public final class ChunkVectors {
    /**
     * The length of the vector of headings, where those of windows have the length 1. All chunks below a heading have this vector.
     * As it is shorter, the chunk whose own text fits comes before the others.
     */
    private static final float OF_HEADINGS = 0.9f;

    private ChunkVectors() {}

    /**
     * Embeds a chunk.
     *
     * @param headings the headings above the chunk, as {@link Headings#above} gives them; may be empty
     */
    public static List<float[]> of(Embedder embedder, String headings, String text) {
        List<float[]> vectors = new ArrayList<>();
        for (String window : Windows.of(text)) {
            vectors.add(embedder.embed(window));
        }
        if (!headings.isEmpty()) {
            vectors.add(shortened(embedder.embed(headings)));
        }
        return vectors;
    }

    private static float[] shortened(float[] vector) {
        float[] shorter = vector.clone();
        for (int i = 0; i < shorter.length; i++) {
            shorter[i] *= OF_HEADINGS;
        }
        return shorter;
    }
}
