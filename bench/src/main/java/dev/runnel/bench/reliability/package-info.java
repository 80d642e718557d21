/**
 * Holds a server, as a process of its own, to what it promises about streams: under {@code kill -9}, with readers that do not read, and
 * for a long time. Never shipped.
 */
@NullMarked
package dev.runnel.bench.reliability;

import org.jspecify.annotations.NullMarked;
