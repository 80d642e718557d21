package dev.runnel.server.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Limits how many model names the figures tell apart. Callers choose the names, and each different one takes memory here and in
 * the monitoring system. Thread-safe.
 */
final class ModelNameTags {
    private static final int MAX_NAMES = 100;
    private static final String OTHERS = "_OTHER";

    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** The name itself, or one that stands for all names after the first hundred. */
    String of(String model) {
        if (known.contains(model)) {
            return model;
        }
        if (known.size() >= MAX_NAMES) {
            return OTHERS;
        }
        known.add(model);
        return model;
    }
}
