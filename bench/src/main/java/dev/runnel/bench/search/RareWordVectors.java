package dev.runnel.bench.search;

import dev.runnel.bench.EmbeddingServer;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Vectors without a model: each word has a random direction, and a text's vector is the sum of its words' directions, in which rare
 * words count more. Texts that share telling words are near each other, as with a real model; random vectors are all equally far
 * apart, which is the hardest case for an index of neighbours, and no real one. Thread-safe.
 */
final class RareWordVectors {
    private static final int LARGEST = 999;

    private final Vocabulary vocabulary;
    private final Map<Integer, float[]> directions = new ConcurrentHashMap<>();

    RareWordVectors(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /** The vector of a text, in whole numbers of at most 999. */
    int[] of(String text) {
        float[] sum = new float[EmbeddingServer.DIMENSIONS];
        for (String word : text.strip().split("\\s+", -1)) {
            int rank = vocabulary.rank(word);
            float weight = (float) Math.log(2 + rank);
            float[] direction = directions.computeIfAbsent(rank, RareWordVectors::direction);
            for (int at = 0; at < sum.length; at++) {
                sum[at] += weight * direction[at];
            }
        }
        float most = 1;
        for (float number : sum) {
            most = Math.max(most, Math.abs(number));
        }
        int[] vector = new int[sum.length];
        for (int at = 0; at < sum.length; at++) {
            vector[at] = Math.round(LARGEST * sum[at] / most);
        }
        return vector;
    }

    private static float[] direction(int rank) {
        Random random = new Random(rank);
        float[] direction = new float[EmbeddingServer.DIMENSIONS];
        for (int at = 0; at < direction.length; at++) {
            direction[at] = (float) random.nextGaussian();
        }
        return direction;
    }
}
