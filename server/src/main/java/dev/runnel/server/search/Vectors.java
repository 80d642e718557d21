package dev.runnel.server.search;

/** Vectors of texts. Static and without state. */
public final class Vectors {
    private Vectors() {}

    /** Scales a vector to length 1, in place, and returns it. A vector of zeros stays as it is. */
    public static float[] normalize(float[] vector) {
        double square = 0;
        for (float value : vector) {
            square += (double) value * value;
        }
        float length = (float) Math.sqrt(square);
        for (int i = 0; i < vector.length && length > 0; i++) {
            vector[i] /= length;
        }
        return vector;
    }
}
