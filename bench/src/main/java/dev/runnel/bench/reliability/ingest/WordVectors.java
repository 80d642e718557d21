package dev.runnel.bench.reliability.ingest;

import dev.runnel.bench.EmbeddingServer;
import java.util.Locale;
import java.util.Random;

/** Vectors that say which words a text has: quick, and the same each time. Static and without state. */
final class WordVectors {
    private WordVectors() {}

    /** The sum of a random vector for each word. */
    static int[] of(String text) {
        int[] sum = new int[EmbeddingServer.DIMENSIONS];
        sum[0] = 1; // a text without words has a length too
        for (String word : text.toLowerCase(Locale.ROOT).split("\\P{L}+", -1)) {
            Random random = new Random(word.hashCode());
            for (int i = 0; i < sum.length; i++) {
                sum[i] += random.nextBoolean() ? 1 : -1;
            }
        }
        return sum;
    }
}
