/**
 * The run log: appending a run's events, waiting for them, reading them from any position. An event becomes visible when it is
 * durable, to all readers alike. Not here: what the events mean.
 */
@NullMarked
package dev.runnel.server.log;

import org.jspecify.annotations.NullMarked;
