/**
 * The interface for tools that the server itself executes during a run, between two model calls. A tool defines how its
 * calls are shown and carried out. Not here: the run, its log and its steps, which the engine writes.
 */
@NullMarked
package dev.runnel.server.tool;

import org.jspecify.annotations.NullMarked;
