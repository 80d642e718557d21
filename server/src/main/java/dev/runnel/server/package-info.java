/**
 * The server as a whole: how it is configured, started and stopped. Its layers, each knowing only those below it: {@code http},
 * {@code engine}, {@code log}, {@code store}; beside the engine, {@code model}.
 */
@NullMarked
package dev.runnel.server;

import org.jspecify.annotations.NullMarked;
