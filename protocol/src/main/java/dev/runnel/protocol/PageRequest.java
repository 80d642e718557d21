package dev.runnel.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The part of a list that a request asks for.
 *
 * @param limit how many at most, 1 to 100; of files, to 10000
 * @param ascending oldest first, rather than newest first
 * @param after only objects after this one in that order; null for no bound
 * @param before only objects before this one in that order; null for no bound
 */
public record PageRequest(int limit, boolean ascending, @Nullable String after, @Nullable String before) {}
