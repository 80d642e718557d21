package dev.runnel.bench.reliability;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Faults, counted, and the first cases in words. Thread-safe. */
final class Faults {
    private static final int TOLD = 20;

    private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
    private final List<String> cases = new ArrayList<>();

    synchronized void add(Fault fault, String what) {
        counts.merge(fault, 1L, Long::sum);
        if (cases.size() < TOLD) {
            cases.add(fault + ": " + what);
        }
    }

    synchronized long count(Fault fault) {
        return counts.getOrDefault(fault, 0L);
    }

    synchronized long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    synchronized List<String> cases() {
        return List.copyOf(cases);
    }
}
