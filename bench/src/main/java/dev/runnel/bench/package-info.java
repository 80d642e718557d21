/**
 * Benchmarks and load: JMH micro-benchmarks, a load generator, a fast model-server mock. Never shipped, and never part of a test's
 * verdict: figures are compared, not asserted.
 */
@NullMarked
package dev.runnel.bench;

import org.jspecify.annotations.NullMarked;
