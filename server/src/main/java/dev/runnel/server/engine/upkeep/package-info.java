/**
 * Work in the background that removes old rows, in portions. Not here: which objects exist.
 */
@NullMarked
package dev.runnel.server.engine.upkeep;

import org.jspecify.annotations.NullMarked;
