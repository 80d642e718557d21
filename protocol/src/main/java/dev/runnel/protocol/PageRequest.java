package dev.runnel.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is wanted.
 *
 * @param limit how many at most, 1 to 100; of files, to 10000
 * @param ascending oldest first, rather than newest first
 * @param after only what comes after this object in that order; null for no such bound
 * @param before only what comes before it
 */
public record PageRequest(int limit, boolean ascending, @Nullable String after, @Nullable String before) {}
