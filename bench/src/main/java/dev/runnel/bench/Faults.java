package dev.runnel.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Faults, counted by kind, and the first cases in words. Thread-safe.
 *
 * @param <K> the kinds
 */
public final class Faults<K extends Enum<K>> {
    private static final int TOLD = 20;

    private final Map<K, Long> counts;
    private final List<String> cases = new ArrayList<>();

    /** None yet. */
    public Faults(Class<K> kinds) {
        counts = new EnumMap<>(kinds);
    }

    /** Counts one more. */
    public synchronized void add(K kind, String what) {
        counts.merge(kind, 1L, Long::sum);
        if (cases.size() < TOLD) {
            cases.add(kind + ": " + what);
        }
    }

    /** How many there are of a kind. */
    public synchronized long count(K kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** How many there are. */
    public synchronized long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The first ones in words. */
    public synchronized List<String> cases() {
        return List.copyOf(cases);
    }
}
