package dev.runnel.server.search.chunk;

import dev.runnel.server.search.Embedder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The vectors by which a chunk is found: those of the windows of each of its parts, and those of the headings above each part. */
public final class ChunkVectors {
    /**
     * The length of the vector of headings, where those of windows have the length 1. All chunks below a heading have this vector.
     * As it is shorter, the chunk whose own text fits comes before the others.
     */
    private static final float OF_HEADINGS = 0.9f;

    private ChunkVectors() {}

    /** Embeds a chunk. No window reaches over the beginning of a section, and each is embedded below the heading of its section. */
    public static List<float[]> of(Embedder embedder, ChunkHeadings headings, String text) {
        List<float[]> vectors = new ArrayList<>();
        Set<String> paths = new LinkedHashSet<>();
        for (ChunkHeadings.Part part : headings.parts(text)) {
            for (String window : Windows.of(part.text())) {
                vectors.add(embedder.embed(below(part.heading(), window)));
            }
            if (!part.path().isEmpty()) {
                paths.add(part.path());
            }
        }
        for (String path : paths) {
            vectors.add(shortened(embedder.embed(path)));
        }
        return vectors;
    }

    /** A section's first window begins with its heading as it is. */
    private static String below(String heading, String window) {
        return heading.isEmpty() || window.startsWith("#") ? window : heading + "\n" + window;
    }

    private static float[] shortened(float[] vector) {
        float[] shorter = vector.clone();
        for (int i = 0; i < shorter.length; i++) {
            shorter[i] *= OF_HEADINGS;
        }
        return shorter;
    }
}
