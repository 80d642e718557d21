/**
 * The server as a whole: how it is configured, started and stopped. Each package below knows only those after it: {@code http},
 * {@code engine}, {@code log}, {@code store}, {@code base}. Beside the engine and the log is {@code model}, and beside {@code http} is
 * {@code http1}, the web server. Not here: anything that one of them uses.
 */
@NullMarked
package dev.runnel.server;

import org.jspecify.annotations.NullMarked;
