/**
 * A scripted model server on raw sockets: what tests and benchmarks talk to instead of a real model server. Beside it, what tests of
 * more than one module need: random inputs, the log lines that a test provokes, and waits
 * for what no event tells of.
 *
 * <p>Here: HTTP and SSE bytes, written by script, with faults. Not here: anything of Runnel's own protocol or client
 * code, so that a bug there cannot hide in the double.
 */
@NullMarked
package dev.runnel.testkit;

import org.jspecify.annotations.NullMarked;
