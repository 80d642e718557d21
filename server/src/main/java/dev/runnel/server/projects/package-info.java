/**
 * Projects as the configuration has them: their keys, their limits, and what this node has left of the limits a minute. Not here: what needs the
 * database.
 */
@NullMarked
package dev.runnel.server.projects;

import org.jspecify.annotations.NullMarked;
