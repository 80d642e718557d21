/**
 * Holds servers to what they promise about files in vector stores, under {@code kill -9} and other blows: nothing is lost, nothing is there
 * twice, every file ends, and nothing is left behind. Never shipped.
 */
@NullMarked
package dev.runnel.bench.reliability.ingest;

import org.jspecify.annotations.NullMarked;
