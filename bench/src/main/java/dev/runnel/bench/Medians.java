package dev.runnel.bench;

import java.util.List;

/** Medians. */
public final class Medians {
    private Medians() {}

    /** The middle one of at least one value. */
    public static double of(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2.0;
    }
}
