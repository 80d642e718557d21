/**
 * The server as a whole: how it is started and stopped. Its options are in {@code options}. Each of these packages uses only those after it:
 * {@code http}, {@code engine}, {@code log}, {@code store}, {@code base}. The package {@code model} stands beside the
 * engine and the log. The package {@code http1}, the web server, stands beside {@code http}. Not here: anything that
 * one of these packages uses.
 */
@NullMarked
package dev.runnel.server;

import org.jspecify.annotations.NullMarked;
