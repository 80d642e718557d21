/**
 * Benchmarks: JMH micro-benchmarks, a comparison of clients, and what the packages below share: a fast model-server mock, servers in
 * processes of their own, what processes take. Never shipped, and never part of a test's verdict: figures are compared, not asserted.
 */
@NullMarked
package dev.runnel.bench;

import org.jspecify.annotations.NullMarked;
