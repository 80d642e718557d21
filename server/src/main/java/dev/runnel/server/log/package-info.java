/**
 * The run log: appending a run's events, waiting for them, reading them from any position. An event becomes visible to
 * all readers when it is durable. Not here: the meaning of events.
 */
@NullMarked
package dev.runnel.server.log;

import org.jspecify.annotations.NullMarked;
