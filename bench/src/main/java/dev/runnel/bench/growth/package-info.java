/**
 * The cost of single calls, also as the kept data grows: the start of a run on long threads, pages of long lists. Each program says how it is
 * called.
 */
@NullMarked
package dev.runnel.bench.growth;

import org.jspecify.annotations.NullMarked;
