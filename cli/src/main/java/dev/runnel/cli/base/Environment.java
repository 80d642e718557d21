package dev.runnel.cli.base;

import org.jspecify.annotations.Nullable;

/** Environment variables that are not options of ours. */
public final class Environment {
    private Environment() {}

    /** The value of a variable; null if it is not set, or blank. */
    public static @Nullable String get(String name) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
